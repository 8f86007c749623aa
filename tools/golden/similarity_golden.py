#!/usr/bin/env python3
"""Makes the golden values of the similarity statistics, with PyTorch and NumPy in float64.

    pip install -r tools/golden/similarity.txt
    python tools/golden/similarity_golden.py libs/analysis/src/test/resources/dev/halcyon/analysis/similarity

`cases.safetensors` holds the models of each case as `CASE/base`, `CASE/ft1`, `CASE/ft2`; `cases.json` what a reader
must find. The definitions are those of docs/reference/similarity-files.md: the cosine of a column clamps each norm at
1e-8 as PyTorch does, its distance knows no clamp.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

QUANTILES = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 1]


def normal(shape, seed, scale=0.02):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64) * scale


def tuned(base, seed, scale):
    return base + normal(base.shape, seed, scale)


def three(shape, seed, dtype, changes=(1e-4, 3e-4)):
    base = normal(shape, seed)
    return [t.to(dtype) for t in (base, tuned(base, seed + 1, changes[0]), tuned(base, seed + 2, changes[1]))]


def cases():
    bf16, f16, f32, f64 = torch.bfloat16, torch.float16, torch.float32, torch.float64
    yield "bf16", three((300, 37), 1, bf16)
    yield "f16", three((65, 130), 4, f16)
    yield "f32", three((257, 33), 7, f32)
    yield "f64", three((40, 21), 10, f64)
    yield "e4m3", three((64, 48), 13, torch.float8_e4m3fn, (5e-3, 1e-2))
    yield "e5m2", three((64, 48), 16, torch.float8_e5m2, (5e-3, 1e-2))
    base, first, second = three((96, 40), 19, f32)
    yield "mixed_types", [base.to(bf16), first, second.to(f16)]
    yield "vector", three((1000,), 22, bf16)
    yield "one_row", three((1, 77), 25, bf16)
    yield "one_column", three((513, 1), 28, bf16)
    yield "experts", three((4, 50, 19), 31, bf16)
    base, first, second = three((300, 50), 34, f32, (1e-7, 2e-8))
    yield "nearly_identical", [base, first, second]
    yield "identical", [base.clone(), base.clone(), base.clone()]
    yield "opposite", [base.clone(), -base, -0.5 * base]
    yield "scaled_copies", [base.clone(), base * 3, base * 1.0000001]
    yield "unrelated", [normal((300, 64), 37).to(bf16), normal((300, 64), 38).to(bf16), normal((300, 64), 39).to(bf16)]
    base, first, second = three((48, 40), 40, f32)
    base[:, 3] = 0
    first[:, 3] = 0
    second[:, 7] = 0
    first[:, 11:14] = 0
    yield "zero_columns", [base, first, second]
    base, first, second = three((48, 40), 43, f64)
    yield "denormals", [(t * 1e-41).to(f32) for t in (base, first, second)]
    yield "tiny", [(t * 1e-26).to(f32) for t in (base, first, second)]
    yield "huge", [(t * 1e30).to(f32) for t in (base, first, second)]
    yield "huge_f64", [t * 1e200 for t in (base, first, second)]
    base, first, second = three((48, 40), 46, f32)
    first[5, 6] = float("nan")
    first[7, 8] = float("inf")
    yield "nan_and_inf", [base, first, second]
    base = normal((200, 30), 49).to(f32)
    yield "constant_change", [base, base + 0.5, base - 0.25]
    base, first, second = three((64, 32), 52, f32)
    yield "one_zero_change", [base, base.clone(), second]


def columns(tensor):
    """A matrix whose columns are those that are compared."""
    wide = tensor.to(torch.float64).numpy()
    if wide.ndim == 1:
        return wide.reshape(-1, 1)
    if wide.ndim == 2:
        return wide
    return np.concatenate(list(wide.reshape(-1, *wide.shape[-2:])), axis=1)


def undefined(value):
    return value if value is not None and np.isfinite(value) else None


def scale_of(*values):
    largest = max(np.abs(v).max(initial=0) for v in values)
    return 2.0 ** -np.floor(np.log2(largest)) if largest > 0 else 1.0


def pair(x, y):
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return None
    xs, ys = scale_of(x), scale_of(y)
    a, b = x * xs, y * ys
    dots, na, nb = (a * b).sum(0), np.sqrt((a * a).sum(0)), np.sqrt((b * b).sum(0))
    zero = (na == 0) | (nb == 0)
    size = np.where(zero, 1, na * nb)
    clamp = np.minimum(1, na / xs / 1e-8) * np.minimum(1, nb / ys / 1e-8)
    unit_a, unit_b = a / np.where(na == 0, 1, na), b / np.where(nb == 0, 1, nb)
    # |u - v|^2 / 2 of unit vectors is 1 - cosine without cancellation
    distance = ((unit_a - unit_b) ** 2).sum(0) / 2
    distance = np.where(zero, np.where(na == nb, 0, 1), distance)
    cosine = np.where(zero, 0, dots / size * clamp)
    return {
        "columns": int(x.shape[1]),
        "cosine": float(cosine.mean()),
        "distance": float(distance.mean()),
        "quantiles": [float(q) for q in np.quantile(cosine, QUANTILES)],
        "zero_columns": int(zero.sum()),
    }


def torch_mean(x, y):
    """What users compare with, where float64 holds the squares."""
    return float(torch.nn.functional.cosine_similarity(torch.from_numpy(x), torch.from_numpy(y), dim=0).mean())


def change(base, tuned):
    if not (np.isfinite(base).all() and np.isfinite(tuned).all()):
        return None
    d = tuned - base
    s = scale_of(d)
    norm, base_norm = np.sqrt(((d * s) ** 2).sum()) / s, np.sqrt(((base * scale_of(base)) ** 2).sum()) / scale_of(base)
    return {
        "relative_change": undefined(norm / base_norm) if norm > 0 else 0.0,
        "identical": float((d == 0).mean()),
        "mean": float((d * s).mean() / s),
        "std": float((d * s).std() / s),
        "min": float(d.min()),
        "max": float(d.max()),
        "rms": float(np.sqrt(((d * s) ** 2).mean()) / s),
    }


def change_pair(base, first, second):
    if not all(np.isfinite(m).all() for m in (base, first, second)):
        return None
    a, b = (first - base).ravel(), (second - base).ravel()
    a, b = a * scale_of(a), b * scale_of(b)
    both = (a != 0) & (b != 0)
    norms = np.sqrt((a * a).sum()) * np.sqrt((b * b).sum())
    return {
        "cosine": float((a * b).sum() / norms) if norms > 0 else None,
        "sign_conflict": float((np.signbit(a) != np.signbit(b))[both].mean()) if both.any() else None,
    }


def main(folder):
    tensors, expected = {}, {}
    names = ["base", "ft1", "ft2"]
    with np.errstate(invalid="ignore", over="ignore"):
        for case, models in cases():
            for name, tensor in zip(names, models):
                tensors[f"{case}/{name}"] = tensor.contiguous()
            wide = [columns(m) for m in models]
            pairs = {f"{names[i]}_vs_{names[j]}": pair(wide[i], wide[j]) for i in range(3) for j in range(i + 1, 3)}
            for (i, j) in ((0, 1), (0, 2), (1, 2)):
                mean = torch_mean(wide[i], wide[j])
                found = pairs[f"{names[i]}_vs_{names[j]}"]
                if found and case not in ("huge_f64",) and not found["zero_columns"]:
                    assert abs(mean - found["cosine"]) < 1e-12, (case, mean, found["cosine"])
            expected[case] = {
                "pairs": pairs,
                "changes": {names[k]: change(wide[0], wide[k]) for k in (1, 2)},
                "change_pair": change_pair(*wide),
                "non_finite": {n: int((~np.isfinite(w)).sum()) for n, w in zip(names, wide)},
            }
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "cases.safetensors")
    (folder / "cases.json").write_text(json.dumps(expected, indent=1, allow_nan=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
