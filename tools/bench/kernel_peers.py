#!/usr/bin/env python3
"""Column cosines of one tensor of three checkpoints with PyTorch: the usual call, the best eager code, torch.compile.

    kernel_peers.py BASE FT1 FT2 [--rounds 9] [--threads 2]

Each FILE is a safetensors file of one matrix, in the page cache. The usual call converts each pair to float32 and takes
F.cosine_similarity over the rows. The eager code reads each byte once: it walks over blocks of rows that stay in the
cache, and adds up six sums of products per column into buffers that are allocated once. torch.compile fuses the same
sums into loops over the stored bfloat16 values; compiling is not timed. Prints medians and their range in GB/s of the
three files. Needs torch, safetensors, and a C++ compiler for torch.compile.
"""

import argparse
import statistics
import time

import torch
import torch.nn.functional as F
from safetensors import safe_open

PAIRS = ((0, 1), (0, 2), (1, 2))
SUMS = ((0, 0), (1, 1), (2, 2), *PAIRS)


def matrix(path: str) -> torch.Tensor:
    with safe_open(path, framework="pt") as file:
        (key,) = file.keys()
        return file.get_tensor(key)


def cosines(sums: dict) -> list[torch.Tensor]:
    return [sums[a, b] / (sums[a, a] * sums[b, b]).sqrt() for a, b in PAIRS]


def usual(tensors: list[torch.Tensor]) -> list[torch.Tensor]:
    return [F.cosine_similarity(tensors[a].float(), tensors[b].float(), dim=0) for a, b in PAIRS]


class Eager:
    """Blocks of rows, converted once each; products and sums go into buffers of their own."""

    def __init__(self, columns: int, rows: int):
        self.rows = rows
        self.floats = [torch.empty(rows, columns) for _ in range(3)]
        self.product = torch.empty(rows, columns)
        self.part = torch.empty(columns)

    def __call__(self, tensors: list[torch.Tensor]) -> list[torch.Tensor]:
        sums = {pair: torch.zeros(tensors[0].shape[1]) for pair in SUMS}
        for start in range(0, tensors[0].shape[0], self.rows):
            blocks = [t[start : start + self.rows] for t in tensors]
            height = blocks[0].shape[0]
            for block, target in zip(blocks, self.floats):
                target[:height].copy_(block)
            for a, b in SUMS:
                product = torch.mul(self.floats[a][:height], self.floats[b][:height], out=self.product[:height])
                sums[a, b] += torch.sum(product, 0, out=self.part)
        return cosines(sums)


@torch.compile(dynamic=False)
def fused(a: torch.Tensor, b: torch.Tensor, c: torch.Tensor):
    a, b, c = a.float(), b.float(), c.float()
    return (a * a).sum(0), (b * b).sum(0), (c * c).sum(0), (a * b).sum(0), (a * c).sum(0), (b * c).sum(0)


def compiled(tensors: list[torch.Tensor]) -> list[torch.Tensor]:
    return cosines(dict(zip(SUMS, fused(*tensors))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs=3)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    tensors = [matrix(path) for path in options.files]
    size = sum(t.numel() * t.element_size() for t in tensors)
    ways = {"usual": usual, "torch.compile": compiled}
    for rows in (4, 16, 64):
        ways[f"eager, {rows} rows"] = Eager(tensors[0].shape[1], rows)
    truth = [F.cosine_similarity(tensors[a].double(), tensors[b].double(), dim=0) for a, b in PAIRS]
    errors = {}
    for name, way in ways.items():
        errors[name] = max((x - y).abs().max().item() for x, y in zip(way(tensors), truth))
    rates = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, way in ways.items():
            begin = time.perf_counter()
            way(tensors)
            rates[name].append(size / (time.perf_counter() - begin) / 1e9)
    for name, measured in rates.items():
        print(
            f"{name:16} {statistics.median(measured):7.3f} GB/s ({min(measured):.3f} to {max(measured):.3f}), "
            f"greatest error of a cosine {errors[name]:.1e}"
        )


if __name__ == "__main__":
    main()
