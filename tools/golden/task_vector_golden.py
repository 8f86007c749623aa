"""Golden values for task vectors: two small checkpoints of all floating-point types, their difference by torch, and its statistics.

    python tools/golden/task_vector_golden.py

writes libs/analysis/src/test/resources/dev/halcyon/analysis/taskvector/. Statistics are torch's of the float32 difference, in
float64: norm, mean, std (sample), max, min by tensor; sums and means of norms by layer; over all the population standard deviation
of norms, as numpy.std has it.
"""

import json
import math
import pathlib

import torch
from safetensors.torch import save_file

TARGET = pathlib.Path(__file__).parents[2] / "libs/analysis/src/test/resources/dev/halcyon/analysis/taskvector"
TENSORS = {
    "model.embed_tokens.weight": (torch.bfloat16, (7, 5), "embeddings"),
    "model.layers.0.self_attn.q_proj.weight": (torch.bfloat16, (4, 6), "layer_0"),
    "model.layers.0.self_attn.q_proj.bias": (torch.float16, (6,), "layer_0"),
    "model.layers.1.mlp.up_proj.weight": (torch.float32, (3, 4), "layer_1"),
    "model.layers.1.mlp.down_proj.weight": (torch.float64, (4, 3), "layer_1"),
    "model.layers.10.mlp.up_proj.weight": (torch.float8_e4m3fn, (8, 2), "layer_10"),
    "model.layers.10.mlp.down_proj.weight": (torch.float8_e5m2, (2, 8), "layer_10"),
    "model.norm.weight": (torch.float32, (1,), "final_norm"),
    "lm_head.weight": (torch.bfloat16, (2, 3), "lm_head"),
}
SAME = "lm_head.weight"


def main():
    torch.manual_seed(20)
    base, tuned = {}, {}
    for name, (dtype, shape, _) in TENSORS.items():
        values = torch.randn(shape, dtype=torch.float64)
        base[name] = values.to(dtype)
        tuned[name] = base[name].clone() if name == SAME else (values + 0.05 * torch.randn(shape, dtype=torch.float64)).to(dtype)
    vector = {name: (tuned[name].double() - base[name].double()).float() for name in TENSORS}
    TARGET.mkdir(parents=True, exist_ok=True)
    save_file(base, TARGET / "base.safetensors")
    save_file(tuned, TARGET / "tuned.safetensors")
    save_file(vector, TARGET / "vector.safetensors")
    (TARGET / "expected.json").write_text(json.dumps(analysis(vector), indent=1) + "\n")


def analysis(vector):
    stats, layers = {}, {}
    for name, change in vector.items():
        wide = change.double()
        norm = wide.norm().item()
        std = wide.std().item() if wide.numel() > 1 else math.nan
        stats[name] = {
            "norm": norm,
            "mean": wide.mean().item(),
            "std": None if math.isnan(std) else std,
            "max": wide.max().item(),
            "min": wide.min().item(),
            "shape": list(change.shape),
        }
        layers.setdefault(TENSORS[name][2], []).append(norm)
    norms = torch.tensor([each["norm"] for each in stats.values()], dtype=torch.float64)
    stds = [each["std"] for each in stats.values() if each["std"] is not None]
    return {
        "total_parameters": len(stats),
        "parameter_stats": stats,
        "layer_stats": {
            layer: {"total_norm": sum(held), "mean_norm": sum(held) / len(held), "max_norm": max(held), "parameter_count": len(held)}
            for layer, held in layers.items()
        },
        "overall_stats": {
            "mean_norm": norms.mean().item(),
            "std_norm": norms.std(correction=0).item(),
            "max_norm": norms.max().item(),
            "min_norm": norms.min().item(),
            "mean_parameter_mean": sum(each["mean"] for each in stats.values()) / len(stats),
            "mean_parameter_std": sum(stds) / len(stds),
        },
    }


if __name__ == "__main__":
    main()
