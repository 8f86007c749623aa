"""Results for the tests of libs/exports, and what is to be chosen of them.

    tools/golden/exports_golden.py trim COMPARE FISHER DIVERGENCE   # cuts results of the bundled models to two layers
    tools/golden/exports_golden.py                                  # writes expected.json for what is there

COMPARE, FISHER and DIVERGENCE are output folders of `halcyon compare` (base, python and bible), `halcyon fisher --model
examples/models/base --save-diagonal safetensors` and `halcyon divergence --fisher`, all on the bundled models. Ranks,
choices and sums are computed here with numpy, without Halcyon.
"""

import json
import pathlib
import re
import sys

import numpy as np
from safetensors.numpy import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "libs/exports/src/test/resources/dev/halcyon/exports"
KEPT = re.compile(r"model\.(embed_tokens|norm|layers\.[01])\.")
LINEAR = re.compile(r"model\.layers\.\d+\.(self_attn|mlp)\.\w+_proj\.weight")


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1) + "\n")


def trim(compare, fisher, divergence):
    report = json.loads((pathlib.Path(compare) / "report.json").read_text())
    report["results"] = [row for row in report["results"] if KEPT.match(row["tensor_key"])]
    for part in ("summary", "layers", "components"):
        report[part] = []
    report["run"]["host"] = "host"
    report["run"]["paths"] = {name: f"models/{name}" for name in report["run"]["paths"]}
    write(RESOURCES / "compare/report.json", report)

    report = json.loads((pathlib.Path(fisher) / "report.json").read_text())
    for part in ("summary", "layers", "components"):
        report[part] = []
    report["run"]["host"] = "host"
    report["run"]["paths"] = {name: f"models/{name}" for name in report["run"]["paths"]}
    for entry in report["fisher"]:
        inner = entry["report"]
        inner["parameters"] = [p for p in inner["parameters"] if KEPT.match(p["parameter"])]
        inner["layers"] = inner["components"] = inner["chunks"] = []
        inner["total"]["largest"] = []
    write(RESOURCES / "fisher/report.json", report)
    diagonal = load_file(pathlib.Path(fisher) / "fisher_diagonal.safetensors")
    save_file(
        {name: diagonal[name] for name in ("model.layers.0.self_attn.k_proj.weight", "model.norm.weight")},
        RESOURCES / "fisher/fisher_diagonal.safetensors",
    )

    report = json.loads((pathlib.Path(divergence) / "report.json").read_text())
    for tuned in report["divergence"]["fine_tunes"]:
        tuned["tensors"] = [part for part in tuned["tensors"] if KEPT.match(part["name"])]
        tuned["layers"] = tuned["components"] = tuned["component_types"] = []
        tuned["samples"] = tuned["samples"][:1]
    write(RESOURCES / "divergence/report.json", report)


def fisher_scores():
    report = json.loads((RESOURCES / "fisher/report.json").read_text())["fisher"][0]["report"]
    total = report["total"]["parameters"]
    return {
        p["parameter"]: (p["amount"]["elements"], p["amount"]["share"] / (p["amount"]["elements"] / total))
        for p in report["parameters"]
    }


def divergence_scores(model, field):
    report = json.loads((RESOURCES / "divergence/report.json").read_text())["divergence"]
    (tuned,) = [one for one in report["fine_tunes"] if one["name"] == model]
    total = sum(part["elements"] for part in tuned["tensors"])
    return {part["name"]: (part["elements"], part[field] / (part["elements"] / total)) for part in tuned["tensors"]}


def change_scores(model):
    report = json.loads((RESOURCES / "compare/report.json").read_text())
    return {
        row["tensor_key"]: (
            int(np.prod(row["shape"])),
            next(c["relative_change"] for c in row["similarity"]["changes"] if c["model"] == model),
        )
        for row in report["results"]
    }


def top(scores, share):
    names = sorted(scores, key=lambda name: -scores[name][1])
    held = np.cumsum([scores[name][0] for name in names])
    count = int(np.searchsorted(held, share * held[-1])) + 1
    return sorted(names[:count])


def ranks(scores):
    positive = sorted(score for _, score in scores.values() if score > 0)
    median = positive[len(positive) // 2]
    result = {}
    for name, (_, score) in scores.items():
        doublings = -2 if score <= 0 else int(np.clip(np.floor(np.log2(score / median) + 0.5), -2, 2))
        result[name] = 16 * 2**doublings if doublings >= 0 else 16 // 2**-doublings
    return result


def expected(scores):
    linear = {name: value for name, value in scores.items() if LINEAR.fullmatch(name)}
    return {
        "scores": {name: score for name, (_, score) in scores.items()},
        "quarter": top(scores, 0.25),
        "half_of_linear": top(linear, 0.5),
        "linear_above_average": sorted(name for name, (_, score) in linear.items() if score >= 1),
        "ranks": ranks(linear),
    }


def main():
    if sys.argv[1:2] == ["trim"]:
        trim(*sys.argv[2:5])
    diagonal = load_file(RESOURCES / "fisher/fisher_diagonal.safetensors")
    write(
        RESOURCES / "expected.json",
        {
            "fisher": expected(fisher_scores()),
            "attribution": expected(divergence_scores("ft1", "share")),
            "change": expected(change_scores("ft2")),
            "columns": {
                name: values.astype(np.float64).sum(axis=0).astype(np.float32).tolist()
                for name, values in diagonal.items()
                if values.ndim == 2
            },
        },
    )


main()
