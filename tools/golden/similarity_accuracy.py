#!/usr/bin/env python3
"""Holds the numbers of `halcyon compare` against float64 on a large tensor, and prints how far they are off.

    pip install -r tools/golden/similarity.txt
    python tools/golden/similarity_accuracy.py --output DIR > tools/golden/similarity_accuracy.log

For each of BF16, F16 and F32 it writes a base and seven fine-tunes of one 32000x4096 tensor (2 to 4 GB at a time, which it
removes again), runs the command on them, and works the same statistics out with PyTorch in float64. It ends with 1 where one
is further off than is promised: 2e-6 for cosines and their quantiles, 1e-9 + 2e-6 x distance, and for the change 1e-6 of its
root mean square; fractions and the cosines of task vectors within 1e-6.
"""

import argparse
import csv
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file

ROOT = Path(__file__).resolve().parents[2]
TYPES = {"BF16": torch.bfloat16, "F16": torch.float16, "F32": torch.float32}
QUANTILES = {"min": 0, "p01": 0.01, "p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95, "max": 1}
BLOCK = 256


def normal(shape, seed, scale):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).mul_(scale)


def fine_tunes(base, shape):
    """By what they are to the base; made one at a time, for they are large."""
    yield "nearly identical", lambda: base + normal(shape, 2, 2e-6)
    yield "lightly tuned", lambda: base + normal(shape, 3, 1e-4)
    yield "tuned", lambda: base + normal(shape, 4, 3e-3)
    yield "unrelated", lambda: normal(shape, 5, 0.03)
    yield "opposite", lambda: -base
    yield "scaled by 3", lambda: base * 3
    yield "scaled by 1.01", lambda: base * 1.01


def write_models(folder, dtype, shape):
    base = normal(shape, 1, 0.02)
    kinds = ["base"]
    save(folder / "base", base, dtype)
    for kind, make in fine_tunes(base.to(dtype).float(), shape):
        save(folder / f"ft{len(kinds)}", make(), dtype)
        kinds.append(kind)
    return kinds


def save(folder, tensor, dtype):
    folder.mkdir(parents=True)
    save_file({"weight": tensor.to(dtype)}, folder / "model.safetensors")


def compare(folder, models):
    command = [str(ROOT / "halcyon"), "compare", "--quiet", "--base", str(folder / "base")]
    for model in range(1, models):
        command += ["--fine-tune", str(folder / f"ft{model}")]
    subprocess.run(command + ["--output", str(folder / "results")], check=True)
    with open(folder / "results" / "similarity_results.csv", newline="") as table:
        return next(csv.DictReader(table))


class Pair:
    """The columns of two models, and their changes where both are fine-tunes."""

    def __init__(self):
        self.cosines, self.distances = [], []
        self.dot = self.both = self.conflicts = 0

    def add(self, x, y, norms_x, norms_y):
        self.cosines.append(((x * y).sum(0) / (norms_x * norms_y)).numpy())
        # |u - v|^2 / 2 of unit vectors is 1 - cosine without cancellation
        self.distances.append((((x / norms_x) - (y / norms_y)).square_().sum(0) / 2).numpy())

    def add_changes(self, a, b):
        self.dot += float((a * b).sum())
        both = (a != 0) & (b != 0)
        self.both += int(both.sum())
        self.conflicts += int(((a < 0) != (b < 0))[both].sum())


class Change:
    def __init__(self):
        self.square = self.sum = self.base = 0.0
        self.zero = self.count = 0
        self.min, self.max = np.inf, -np.inf

    def add(self, change, base):
        self.square += float(change.square().sum())
        self.sum += float(change.sum())
        self.base += float(base.square().sum())
        self.zero += int((change == 0).sum())
        self.count += change.numel()
        self.min, self.max = min(self.min, float(change.min())), max(self.max, float(change.max()))


def reference(folder, models, columns):
    names = ["base"] + [f"ft{i}" for i in range(1, models)]
    files = [safe_open(folder / name / "model.safetensors", "pt") for name in names]
    slices = [file.get_slice("weight") for file in files]
    pairs = {(i, j): Pair() for i in range(models) for j in range(i + 1, models)}
    changes = {i: Change() for i in range(1, models)}
    for start in range(0, columns, BLOCK):
        wide = [part[:, start : start + BLOCK].double() for part in slices]
        norms = [x.square().sum(0).sqrt() for x in wide]
        for (i, j), pair in pairs.items():
            pair.add(wide[i], wide[j], norms[i], norms[j])
        for i, change in changes.items():
            change.add(wide[i] - wide[0], wide[0])
        for (i, j), pair in pairs.items():
            if i > 0:
                pair.add_changes(wide[i] - wide[0], wide[j] - wide[0])
    return pairs, changes


class Errors:
    """The largest error of each statistic, as a part of what is allowed."""

    def __init__(self):
        self.largest = {}

    def check(self, group, statistic, found, expected, allowed):
        error = abs(float(found) - expected)
        part = error / allowed if allowed > 0 else (0.0 if error == 0 else np.inf)
        known = self.largest.get((group, statistic))
        if known is None or part > known[0]:
            self.largest[group, statistic] = (part, error, expected)

    def print(self, title):
        """The distance of every pair, and of each other statistic the worst."""
        print(title)
        worst = {}
        for (group, statistic), found in self.largest.items():
            key = (group, statistic) if statistic == "distance" else statistic
            if key not in worst or found[0] > worst[key][0][0]:
                worst[key] = (found, group, statistic)
        for (part, error, expected), group, statistic in worst.values():
            print(f"  {group:32} {statistic:12} {expected:22.15e} off by {error:8.1e}, {100 * part:5.1f} % of what is allowed")
        return all(part <= 1 for part, _, _ in self.largest.values())


def check(row, kinds, pairs, changes):
    errors = Errors()
    names = ["base"] + [f"ft{i}" for i in range(1, len(kinds))]
    for (i, j), pair in pairs.items():
        group, name = f"{kinds[i]} - {kinds[j]}", f"{names[i]}_vs_{names[j]}"
        cosines, distances = np.concatenate(pair.cosines), np.concatenate(pair.distances)
        errors.check(group, "cosine", row[name], cosines.mean(), 2e-6)
        errors.check(group, "distance", row[f"{name}_distance"], distances.mean(), 1e-9 + 2e-6 * distances.mean())
        for quantile, share in QUANTILES.items():
            errors.check(group, "quantiles", row[f"{name}_{quantile}"], np.quantile(cosines, share), 2e-6)
        if i > 0:
            size = np.sqrt(changes[i].square * changes[j].square)
            errors.check(group, "task cosine", row[f"{name}_task_cosine"], pair.dot / size, 1e-6)
            conflict = pair.conflicts / pair.both
            errors.check(group, "conflict", row[f"{name}_sign_conflict"], conflict, 1e-6)
    for i, change in changes.items():
        group, name = kinds[i], names[i]
        relative = np.sqrt(change.square / change.base)
        rms = np.sqrt(change.square / change.count)
        mean = change.sum / change.count
        errors.check(group, "rel. change", row[f"{name}_relative_change"], relative, 1e-6 * relative)
        errors.check(group, "identical", row[f"{name}_identical"], change.zero / change.count, 1e-6)
        errors.check(group, "mean", row[f"{name}_mean"], mean, 1e-6 * rms)
        errors.check(group, "std", row[f"{name}_std"], np.sqrt(rms**2 - mean**2), 1e-6 * rms)
        errors.check(group, "min", row[f"{name}_min"], change.min, 1e-6 * rms)
        errors.check(group, "max", row[f"{name}_max"], change.max, 1e-6 * rms)
    return errors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=32000)
    parser.add_argument("--columns", type=int, default=4096)
    options = parser.parse_args()
    well = True
    for name, dtype in TYPES.items():
        folder = options.output / name
        kinds = write_models(folder, dtype, (options.rows, options.columns))
        row = compare(folder, len(kinds))
        pairs, changes = reference(folder, len(kinds), options.columns)
        errors = check(row, kinds, pairs, changes)
        well &= errors.print(f"{name}, {options.rows}x{options.columns}, PyTorch {torch.__version__}")
        sys.stdout.flush()
        shutil.rmtree(folder)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
