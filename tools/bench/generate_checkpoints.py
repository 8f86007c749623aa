#!/usr/bin/env python3
"""Writes three random sharded BF16 checkpoints with Llama's tensor names: DIR/base, DIR/ft1, DIR/ft2.

The fine-tunes are the base plus noise that touches a part of the elements, with a strength of its own for each tensor,
so that the column distance 1 - cosine lies between about 1e-6 and 1e-3 and many elements stay bit-identical. The
defaults make 0.97 billion parameters, 1.8 GiB a model. One shard of the three models is held in memory at a time. The
same seed gives the same bytes. Needs torch and safetensors.
"""

import argparse
import json
import math
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import save_file

MODELS = ["base", "ft1", "ft2"]
LOG10_DISTANCE = (-5.7, -3.2)
CHANGED_SHARE = (0.2, 0.9)
MIB = 1 << 20


def layer_shapes(index: int, options: argparse.Namespace) -> dict[str, tuple[int, ...]]:
    hidden, intermediate = options.hidden, options.intermediate
    key_value = hidden * options.key_value_heads // options.heads
    shapes = {
        "input_layernorm": (hidden,),
        "self_attn.q_proj": (hidden, hidden),
        "self_attn.k_proj": (key_value, hidden),
        "self_attn.v_proj": (key_value, hidden),
        "self_attn.o_proj": (hidden, hidden),
        "post_attention_layernorm": (hidden,),
        "mlp.gate_proj": (intermediate, hidden),
        "mlp.up_proj": (intermediate, hidden),
        "mlp.down_proj": (hidden, intermediate),
    }
    return {f"model.layers.{index}.{name}.weight": shape for name, shape in shapes.items()}


def groups(options: argparse.Namespace) -> Iterator[dict[str, tuple[int, ...]]]:
    """Names and shapes in the order in which they are stored; a group is never split over shards."""
    yield {"model.embed_tokens.weight": (options.vocabulary, options.hidden)}
    for index in range(options.layers):
        yield layer_shapes(index, options)
    tail = {"model.norm.weight": (options.hidden,)}
    if not options.tied:
        tail["lm_head.weight"] = (options.vocabulary, options.hidden)
    yield tail


def base_tensor(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    """A norm's weights lie around 1; a matrix is normal with Llama's standard deviation 0.02, wider in some columns."""
    values = torch.randn(shape, generator=generator)
    if len(shape) == 1:
        return values.mul_(0.1).add_(1).bfloat16()
    scale = torch.rand(shape[-1], generator=generator).mul_(0.8).add_(0.6)
    return values.mul_(scale).mul_(0.02).bfloat16()


def uniform(low: float, high: float, generator: torch.Generator) -> float:
    return low + (high - low) * torch.rand((), generator=generator).item()


def fine_tuned(base: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Adds normal noise to a random part of the elements.

    Noise of relative norm r, orthogonal to the column, gives 1 - cosine = r^2 / 2 to the first order. Rounding to BF16
    drops what is smaller than half a unit in the last place: the smallest changes touch fewer elements than drawn.
    """
    distance = 10 ** uniform(*LOG10_DISTANCE, generator)
    share = uniform(*CHANGED_SHARE, generator)
    spread = base.float().std().item() * math.sqrt(2 * distance / share)
    noise = torch.randn(base.shape, generator=generator).mul_(spread)
    noise.mul_(torch.rand(base.shape, generator=generator) < share)
    return noise.add_(base.float()).bfloat16()


def byte_count(shapes: dict[str, tuple[int, ...]]) -> int:
    return 2 * sum(math.prod(shape) for shape in shapes.values())


def shard_plan(options: argparse.Namespace) -> list[list[dict[str, tuple[int, ...]]]]:
    """Fills shards with whole groups up to the size limit."""
    shards: list[list[dict[str, tuple[int, ...]]]] = [[]]
    size = 0
    for group in groups(options):
        if shards[-1] and size + byte_count(group) > options.shard_mib * MIB:
            shards.append([])
            size = 0
        shards[-1].append(group)
        size += byte_count(group)
    return shards


def config(options: argparse.Namespace) -> dict:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": options.vocabulary,
        "hidden_size": options.hidden,
        "intermediate_size": options.intermediate,
        "num_hidden_layers": options.layers,
        "num_attention_heads": options.heads,
        "num_key_value_heads": options.key_value_heads,
        "hidden_act": "silu",
        "max_position_embeddings": 2048,
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
        "tie_word_embeddings": options.tied,
        "torch_dtype": "bfloat16",
    }


def generate(folders: dict[str, Path], options: argparse.Namespace) -> None:
    """Draws base and fine-tunes together, one shard of all three at a time."""
    generator = torch.Generator().manual_seed(options.seed)
    weight_map: dict[str, str] = {}
    total = 0
    plan = shard_plan(options)
    for number, shard in enumerate(plan, 1):
        file = f"model-{number:05d}-of-{len(plan):05d}.safetensors"
        tensors: dict[str, dict[str, torch.Tensor]] = {model: {} for model in MODELS}
        for name, shape in (item for group in shard for item in group.items()):
            base = base_tensor(shape, generator)
            tensors["base"][name] = base
            for model in MODELS[1:]:
                tensors[model][name] = fine_tuned(base, generator)
            weight_map[name] = file
            total += base.numel()
        for model in MODELS:
            save_file(tensors.pop(model), folders[model] / file, metadata={"format": "pt"})
        print(f"{file}: {sum(map(byte_count, shard)) / MIB:,.0f} MiB", flush=True)
    index = {"metadata": {"total_size": 2 * total}, "weight_map": weight_map}
    for folder in folders.values():
        (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
        (folder / "config.json").write_text(json.dumps(config(options), indent=2) + "\n")
    print(f"{total:,} parameters, {2 * total / MIB:,.0f} MiB a model")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True, help="folder for base, ft1 and ft2")
    parser.add_argument("--layers", type=int, default=19, help="default: %(default)s")
    parser.add_argument("--hidden", type=int, default=2048, help="default: %(default)s")
    parser.add_argument("--intermediate", type=int, help="default: 2.75 times hidden")
    parser.add_argument("--heads", type=int, default=32, help="default: %(default)s")
    parser.add_argument("--key-value-heads", type=int, default=4, help="default: %(default)s")
    parser.add_argument("--vocabulary", type=int, default=32000, help="default: %(default)s")
    parser.add_argument("--tied", action="store_true", help="leave lm_head out")
    parser.add_argument("--shard-mib", type=float, default=512, help="largest shard (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    options = parser.parse_args()
    options.intermediate = options.intermediate or options.hidden * 11 // 4
    folders = {model: options.output / model for model in MODELS}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    generate(folders, options)


if __name__ == "__main__":
    main()
