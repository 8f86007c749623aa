#!/usr/bin/env python3
"""Reads the files that the tests of libs/analysis wrote, as a user would, and compares them with the golden values.

    ./mvnw verify -pl libs/analysis -am
    python tools/golden/fisher_statistics_check.py

Tables are read with pandas' defaults, diagonals with torch (weights_only, also mapped) and safetensors; numbers must
agree with NumPy's to a relative 1e-11.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from safetensors.numpy import load_file

ROOT = Path(__file__).resolve().parents[2] / "libs" / "analysis"
WRITTEN = ROOT / "target" / "fisher-files"
GOLDEN = ROOT / "src" / "test" / "resources" / "dev" / "halcyon" / "analysis" / "fisher"


def check_table(name, key, expected, columns):
    table = pd.read_csv(WRITTEN / name)
    assert list(table[key]) and set(table[key]) == set(expected), name
    for row in table.to_dict("records"):
        for column in columns:
            np.testing.assert_allclose(row[column], expected[row[key]][column], rtol=1e-11, err_msg=f"{name} {row[key]} {column}")
    return table


def check_tables(golden):
    moments = ["elements", "sum", "share", "share_se", "mean", "std", "max", "min"]
    check_table("fisher_layers.csv", "layer", golden["layers"], moments)
    parameters = check_table("fisher_parameters.csv", "parameter", golden["parameters"], [*moments, "top_share", "top_index"])
    assert parameters["top_index"].dtype == np.int64
    for row in parameters.to_dict("records"):
        layer, _, component_type = golden["places"][row["parameter"]]
        assert (row["layer"], row["component_type"]) == (layer, component_type), row
    samples = pd.read_csv(WRITTEN / "fisher_samples.csv")
    for column in ["tokens", "loss", "fisher_sum", "share"]:
        np.testing.assert_allclose(samples[column], [sample[column] for sample in golden["samples"]], rtol=1e-13)
    chunks = pd.read_csv(WRITTEN / "fisher_chunks.csv")
    for component, runs in chunks.groupby("component"):
        np.testing.assert_allclose(runs["sum"], golden["chunk_sums"][component], rtol=1e-13)
        assert runs["elements"].sum() == golden["components"][component]["elements"]


def check_json(golden):
    layers = json.loads((WRITTEN / "layer_importance.json").read_text())
    components = json.loads((WRITTEN / "component_importance.json").read_text())
    summary = json.loads((WRITTEN / "summary.json").read_text())
    for layer, share in layers.items():
        np.testing.assert_allclose(share, golden["layers"][layer]["share"], rtol=1e-13)
    for component, found in components.items():
        expected = golden["components"][component]
        np.testing.assert_allclose(found["fisher_sum"], expected["sum"], rtol=1e-13)
        np.testing.assert_allclose(found["percentage"], 100 * expected["share"], rtol=1e-13)
        np.testing.assert_allclose([c["fisher_sum"] for c in found["chunks"]], golden["chunk_sums"][component], rtol=1e-13)
    np.testing.assert_allclose(summary["total_fisher_information"], golden["total"], rtol=1e-13)
    ranked = sorted(golden["parameters"], key=lambda name: -golden["parameters"][name]["sum"])
    assert [top["parameter"] for top in summary["top_10_parameters"]] == ranked[:10]


def check_diagonal(folder, golden):
    plain = torch.load(folder / "fisher_diagonal.pt", weights_only=True)
    mapped = torch.load(folder / "fisher_diagonal.pt", weights_only=True, mmap=True)
    tensors = load_file(folder / "fisher_diagonal.safetensors")
    assert type(plain) is dict and set(plain) == set(mapped) == set(tensors) == set(golden)
    for name, expected in golden.items():
        for found in (plain[name].numpy(), mapped[name].numpy(), tensors[name]):
            assert found.dtype == np.float32 and found.shape == expected.shape, name
            assert found.tobytes() == expected.tobytes(), name
        assert plain[name].is_contiguous() and not plain[name].requires_grad


def main():
    golden = json.loads((GOLDEN / "model.json").read_text())
    check_tables(golden)
    check_json(golden)
    check_diagonal(WRITTEN, load_file(GOLDEN / "model.safetensors"))
    check_diagonal(WRITTEN / "edge", load_file(GOLDEN / "edge.safetensors"))
    print("tables, JSON files and diagonals agree")


if __name__ == "__main__":
    main()
