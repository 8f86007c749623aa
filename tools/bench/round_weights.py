#!/usr/bin/env python3
"""Rounds the matrices of a checkpoint to integers of a few bits, and writes the rounded values as float32.

    round_weights.py --model DIR --bits 4 --output DIR

Each 32 consecutive elements of a row share a scale: their largest absolute value over 2^(bits-1) - 1. Vectors stay as
they are. Needs torch and safetensors.
"""

import argparse
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

BLOCK = 32


def rounded(matrix: torch.Tensor, bits: int) -> torch.Tensor:
    blocks = matrix.reshape(-1, BLOCK)
    scale = blocks.abs().amax(1, keepdim=True) / (2 ** (bits - 1) - 1)
    return (torch.round(blocks / scale.clamp(min=1e-30)) * scale).reshape(matrix.shape).contiguous()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--bits", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(options.model / name, options.output / name)
    tensors = {}
    for file in sorted(options.model.glob("*.safetensors")):
        for name, weight in load_file(file).items():
            values = weight.float()
            tensors[name] = rounded(values, options.bits) if values.ndim == 2 else values.contiguous()
    save_file(tensors, options.output / "model.safetensors", {"format": "pt"})


if __name__ == "__main__":
    main()
