#!/usr/bin/env python3
"""Column-wise cosine similarity of three checkpoints the usual way: the peer of `halcyon compare` in our benchmarks.

For each 2-D tensor it loads the whole shard that holds it, once for each model, and takes the mean over columns of
`F.cosine_similarity(a.float(), b.float(), dim=0)` for the three pairs, as scripts of this kind commonly do.
It prints wall time and peak resident memory and, where asked, writes a CSV. Needs torch and safetensors.
"""

import argparse
import csv
import json
import resource
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

COLUMNS = ["tensor_key", "base_vs_ft1", "base_vs_ft2", "ft1_vs_ft2", "tensor_shape"]


def weight_map(folder: Path) -> dict[str, str]:
    """Tensor name -> file that holds it, for a sharded or a single-file checkpoint."""
    index = folder / "model.safetensors.index.json"
    if index.exists():
        return json.loads(index.read_text())["weight_map"]
    return dict.fromkeys(load_file(folder / "model.safetensors"), "model.safetensors")


def load_tensor(folder: Path, shards: dict[str, str], key: str) -> torch.Tensor:
    return load_file(folder / shards[key])[key]


def column_cosine(a: torch.Tensor, b: torch.Tensor) -> float:
    return F.cosine_similarity(a.float(), b.float(), dim=0).mean().item()


def compare(folders: list[Path]) -> list[dict]:
    """One row per 2-D tensor that all three models hold in the same shape."""
    shards = [weight_map(folder) for folder in folders]
    rows = []
    for key in sorted(set.intersection(*map(set, shards))):
        tensors = [load_tensor(folder, shard, key) for folder, shard in zip(folders, shards, strict=True)]
        base, first, second = tensors
        if base.dim() != 2 or not base.shape == first.shape == second.shape:
            continue
        values = [
            column_cosine(base, first),
            column_cosine(base, second),
            column_cosine(first, second),
        ]
        row = [key, *values, "x".join(map(str, base.shape))]
        rows.append(dict(zip(COLUMNS, row, strict=True)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path)
    parser.add_argument("fine_tunes", type=Path, nargs=2, metavar="fine_tune")
    parser.add_argument("--output", type=Path, help="CSV file to write")
    parser.add_argument("--threads", type=int, help="default: torch's choice")
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)

    started = time.monotonic()
    rows = compare([arguments.base, *arguments.fine_tunes])
    seconds = time.monotonic() - started
    if arguments.output:
        with arguments.output.open("w", newline="") as out:
            writer = csv.DictWriter(out, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
    means = [row[column] for row in rows for column in COLUMNS[1:4]]
    print(f"tensors {len(rows)}, means {len(means)}, of these above 1: {sum(mean > 1 for mean in means)}")
    print(f"wall {seconds:.2f} s, peak RSS {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
