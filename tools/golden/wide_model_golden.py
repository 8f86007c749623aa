"""Writes what transformers computes in float64 from a model whose matrices are walked in several blocks.

    venv/bin/python tools/golden/wide_model_golden.py libs/transformer/src/test/resources/dev/halcyon/transformer/wide

(the environment is that of transformer_requirements.txt). The model is a Llama of one layer, narrow but with a large
vocabulary and a wide feed-forward network, and too large to be kept: every weight follows from its place, as `weights` says
and WideModel.java says again. tied.safetensors and untied.safetensors hold

    tokens.N           I64 [T]   a sample
    losses             F64 [samples]
    fisher.PARAMETER   F64 [64]  the parameter's Fisher information, projected as by example_models_golden.py
    norm.PARAMETER     F64 [1]   its norm
"""

import json
import pathlib
import sys
import tempfile

import numpy
import torch
from safetensors.torch import save_file

import example_models_golden as examples
import transformer_golden as golden

VOCABULARY = 200_003
INNER = 100_000
BLOCK = (2 << 20) // 24

CONFIG = golden.LLAMA | dict(
    num_hidden_layers=1, intermediate_size=INNER, vocab_size=VOCABULARY, rope_theta=1000.0, torch_dtype="float32"
)

# Tokens at the edges of blocks, and some that come more than once or in other samples too.
EDGES = [0, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK - 1, 2 * BLOCK, VOCABULARY - 1]


def shapes(tied):
    layer = "model.layers.0."
    found = {
        "model.embed_tokens.weight": (VOCABULARY, 24),
        layer + "input_layernorm.weight": (24,),
        layer + "self_attn.q_proj.weight": (32, 24),
        layer + "self_attn.k_proj.weight": (16, 24),
        layer + "self_attn.v_proj.weight": (16, 24),
        layer + "self_attn.o_proj.weight": (24, 32),
        layer + "post_attention_layernorm.weight": (24,),
        layer + "mlp.gate_proj.weight": (INNER, 24),
        layer + "mlp.up_proj.weight": (INNER, 24),
        layer + "mlp.down_proj.weight": (24, INNER),
        "model.norm.weight": (24,),
    }
    return found if tied else found | {"lm_head.weight": (VOCABULARY, 24)}


def weights(name, number, shape):
    """Uniform in [-1/2, 1/2), 24 bits of a hash of the tensor's number among the sorted names and of the element's."""
    count = int(numpy.prod(shape))
    with numpy.errstate(over="ignore"):
        place = numpy.arange(count, dtype=numpy.uint64) + numpy.uint64(1) + (numpy.uint64(number) << numpy.uint64(40))
        bits = examples.mixed(place * numpy.uint64(0x9E3779B97F4A7C15))
    values = (bits >> numpy.uint64(40)).astype(numpy.float64) / 2**24 - 0.5
    if "norm" in name:
        values = 1 + values / 2
    elif "embed_tokens" in name:
        values = 2 * values
    elif "down_proj" in name:
        values = values / 32
    return torch.tensor(values.astype(numpy.float32).reshape(shape))


def samples():
    generator = torch.Generator().manual_seed(5)
    first = torch.randint(0, VOCABULARY, (16,), generator=generator)
    return [
        torch.cat([first, torch.tensor(EDGES)]),
        torch.tensor([EDGES[2], EDGES[5], EDGES[2], EDGES[6], EDGES[0], EDGES[2]]),
        torch.tensor([EDGES[1], EDGES[3]]),
        torch.randint(0, VOCABULARY, (14,), generator=generator),
    ]


def make(file, tied):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "config.json").write_text(json.dumps(CONFIG | dict(tie_word_embeddings=tied)))
        found = sorted(shapes(tied).items())
        tensors = {name: weights(name, number, shape) for number, (name, shape) in enumerate(found)}
        save_file(tensors, folder / "model.safetensors", {"format": "pt"})
        tokens = samples()
        with golden.FullFloat64():
            _, losses, fisher = golden.measure(golden.load(folder, torch.float64), tokens)
        _, _, rough = golden.measure(golden.load(folder, torch.float32), tokens)
    expected = {f"tokens.{i}": sample for i, sample in enumerate(tokens)}
    expected["losses"] = torch.stack(losses)
    for name, truth in fisher.items():
        expected["fisher." + name] = examples.projected(truth)
        expected["norm." + name] = truth.norm().reshape(1).double()
    save_file(expected, file)
    off = max(golden.relative(rough[name], fisher[name]) for name in fisher)
    print(f"{file.name}: float32 is off by {off:.1e}; losses {[round(float(loss), 3) for loss in losses]}")


def main():
    target = pathlib.Path(sys.argv[1])
    torch.set_num_threads(1)
    target.mkdir(parents=True, exist_ok=True)
    make(target / "tied.safetensors", True)
    make(target / "untied.safetensors", False)


if __name__ == "__main__":
    main()
