#!/usr/bin/env python3
"""Makes the golden values of the Fisher statistics, with PyTorch's gradients and NumPy's float64.

    pip install -r tools/golden/fisher_statistics.txt
    python tools/golden/fisher_statistics.py libs/analysis/src/test/resources/dev/halcyon/analysis/fisher

`model.safetensors` is the diagonal (mean over samples of each sample's squared gradient, float32) of a tiny random
Qwen2 with biases and a head of its own, on samples of differing length; `edge.safetensors` holds tensors at the edges
of what the statistics define. The `.json` beside each says what a reader must find.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from transformers import Qwen2Config, Qwen2ForCausalLM

LENGTHS = [5, 40, 23, 64, 12, 31]
CHUNKS = 7


def tiny_model():
    torch.manual_seed(7)
    config = Qwen2Config(
        vocab_size=96,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=128,
        tie_word_embeddings=False,
    )
    model = Qwen2ForCausalLM(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.add_(torch.randn_like(parameter) * (0.05 if parameter.dim() == 1 else 0.1))
    return model.eval()


def per_sample_squares(model):
    """For each sample its loss and {name: squared gradient in float64}."""
    generator = torch.Generator().manual_seed(11)
    for length in LENGTHS:
        tokens = torch.randint(0, 96, (1, length), generator=generator)
        model.zero_grad(set_to_none=True)
        loss = model(input_ids=tokens, labels=tokens).loss
        loss.backward()
        yield loss.item(), {
            name: parameter.grad.detach().numpy().astype(np.float64) ** 2
            for name, parameter in model.named_parameters()
        }


def place(name):
    """Layer, component and component type, by the rules of docs/reference/fisher-files.md."""
    kind = name.removesuffix(".weight").removeprefix("model.")
    if kind.startswith("layers."):
        _, number, kind = kind.split(".", 2)
        return f"layer_{number}", f"layer_{number}.{kind.removesuffix('.bias')}", kind
    layer = {"embed_tokens": "embeddings", "norm": "final_norm", "lm_head": "lm_head"}[kind]
    return layer, f"embeddings.{kind}" if layer == "embeddings" else layer, kind


def statistics(entries):
    """Of a flat float64 array."""
    if entries.size == 0:
        return {"elements": 0, "sum": 0.0}
    exact = entries.astype(np.longdouble)
    total = math.fsum(entries)
    top = np.sort(entries)[::-1][: math.ceil(entries.size / 1000)]
    found = {
        "elements": int(entries.size),
        "sum": total,
        "mean": total / entries.size,
        "std": float(np.sqrt(np.mean((exact - exact.mean()) ** 2))),
        "max": float(entries.max()),
        "min": float(entries.min()),
        "top_index": int(entries.argmax()),
    }
    if total > 0:
        found["top_share"] = math.fsum(top) / total
    return found


def standard_error(part, whole):
    """Of sum(part) / sum(whole), both per sample: the ratio estimator's, to first order."""
    n = len(whole)
    ratio = part.sum() / whole.sum()
    return float(np.sqrt(n / (n - 1) * np.sum((part - ratio * whole) ** 2)) / whole.sum())


def group(members, diagonal, sums, total, whole):
    entries = np.concatenate([diagonal[name].astype(np.float64).ravel() for name in members])
    found = statistics(entries)
    found["share"] = found["sum"] / total
    found["share_se"] = standard_error(sum(sums[name] for name in members), whole)
    return found


def chunk_sums(members, diagonal):
    """Sums of the component's equal runs, weights before biases."""
    ordered = sorted(members, key=lambda name: (name.endswith(".bias"), name))
    entries = np.concatenate([diagonal[name].astype(np.float64).ravel() for name in ordered])
    borders = [k * entries.size // CHUNKS for k in range(CHUNKS + 1)]
    return [math.fsum(entries[a:b]) for a, b in zip(borders, borders[1:])]


def grouped(names, by):
    groups = {}
    for name in names:
        groups.setdefault(by(name), []).append(name)
    return groups


def model_golden(folder):
    samples = list(per_sample_squares(tiny_model()))
    names = list(samples[0][1])
    diagonal = {
        name: np.mean([squares[name] for _, squares in samples], axis=0).astype(np.float32) for name in names
    }
    sums = {name: np.array([squares[name].sum() for _, squares in samples]) for name in names}
    whole = sum(sums.values())
    total = math.fsum(math.fsum(diagonal[name].astype(np.float64).ravel()) for name in names)
    components = grouped(names, lambda name: place(name)[1])
    expected = {
        "chunks": CHUNKS,
        "total": total,
        "samples": [
            {"tokens": tokens, "loss": loss, "fisher_sum": float(of), "share": float(of / whole.sum())}
            for tokens, (loss, _), of in zip(LENGTHS, samples, whole)
        ],
        "sample_sums": {name: sums[name].tolist() for name in names},
        "places": {name: place(name) for name in names},
        "parameters": {name: group([name], diagonal, sums, total, whole) for name in names},
        "components": {
            component: group(members, diagonal, sums, total, whole) for component, members in components.items()
        },
        "layers": {
            layer: group(members, diagonal, sums, total, whole)
            for layer, members in grouped(names, lambda name: place(name)[0]).items()
        },
        "chunk_sums": {component: chunk_sums(members, diagonal) for component, members in components.items()},
    }
    write(folder, "model", diagonal, expected)


def edge_tensors():
    rng = np.random.default_rng(5)
    heavy = lambda size: np.exp(rng.normal(-18, 6, size)).astype(np.float32)
    tensors = {f"heavy_{size}": heavy(size) for size in (1, 2, 13, 999, 1000, 1001, 4098, 20011)}
    tensors["zeros"] = np.zeros(1500, np.float32)
    tensors["one_of_zeros"] = np.zeros(1500, np.float32)
    tensors["one_of_zeros"][777] = 3e-9
    tensors["constant"] = np.full(3000, 0.1, np.float32)
    tensors["almost_constant"] = np.nextafter(np.full(3000, 1e-7, np.float32), np.float32(1))
    tensors["almost_constant"][::3] = 1e-7
    tensors["denormal"] = (rng.integers(0, 9000, 2500).astype(np.float64) * 2.0**-149).astype(np.float32)
    tensors["largest_float"] = np.full(1200, np.finfo(np.float32).max, np.float32)
    tensors["wide_range"] = np.logspace(-44, 38, 5000).astype(np.float32)
    tensors["cut_inside_ties"] = np.repeat(np.float32([2.0, 1.0, 0.5]), [2, 4000, 998])
    tensors["cut_inside_a_bin"] = (np.float32(1) + rng.integers(0, 30000, 9000).astype(np.float32) * 2.0**-23).astype(np.float32)
    tensors["negative_zero"] = np.float32([-0.0, 1.0, -0.0])
    tensors["empty"] = np.zeros((0, 4), np.float32)
    tensors["matrix"] = heavy(64 * 48).reshape(64, 48)
    return tensors


def edge_golden(folder):
    tensors = edge_tensors()
    expected = {name: statistics(entries.astype(np.float64).ravel()) for name, entries in tensors.items()}
    write(folder, "edge", tensors, expected)


def write(folder, name, tensors, expected):
    save_file(tensors, folder / f"{name}.safetensors")
    (folder / f"{name}.json").write_text(json.dumps(expected, indent=1) + "\n")


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    model_golden(folder)
    edge_golden(folder)


if __name__ == "__main__":
    main()
