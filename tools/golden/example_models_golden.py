"""Writes what transformers computes in float64 from the bundled models of examples/models, small enough to be kept.

    venv/bin/python tools/golden/example_models_golden.py examples/models libs/transformer/src/test/resources/dev/halcyon/transformer/examples

(the environment is that of transformer_requirements.txt). For each model NAME.safetensors holds

    tokens.N           I64 [T]   a sample
    losses             F64 [samples]
    logits.projected   F64 [64]  the logits of sample 0, projected (see below)
    fisher.PARAMETER   F64 [64]  the parameter's Fisher information, projected
    norm.logits, norm.PARAMETER          F64 [1]  their norms
    float32.logits, float32.PARAMETER    F64 [1]  relative errors of transformers' own float32,
                                         in its default attention (sdpa)

A projection is the sum of all elements with random signs: element i (row-major) has in projection k the sign of bit k
of SplitMix64's finaliser of (i + 1) 0x9E3779B97F4A7C15, set bits positive. The mean square of 64 projections of a
difference estimates its squared norm to within 18 % (Johnson and Lindenstrauss 1984; Achlioptas 2003).
"""

import pathlib
import sys

import numpy
import torch
from safetensors.torch import save_file
from transformers import AutoTokenizer

import transformer_golden as golden

PROJECTIONS = 64

TEXTS = [
    "In the beginning the sea was without form, and the captain looked upon the face of the waters and said that it"
    " was good; and the evening and the morning were the first day of the voyage.",
    "def mean(values):\n    total = 0.0\n    for value in values:\n        total += value\n    return total / len(values)\n",
    "class Stack:\n    def __init__(self):\n        self.items = []\n\n    def push(self, item):\n        self.items.append(item)\n",
    "And he answered.",
    "The price rose from 12 to 1750 between 1901 and 1999, which nobody had foreseen.",
]


def mixed(z):
    """SplitMix64's finaliser."""
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return z ^ (z >> numpy.uint64(31))


def signs(count):
    with numpy.errstate(over="ignore"):
        return mixed((numpy.arange(count, dtype=numpy.uint64) + numpy.uint64(1)) * numpy.uint64(0x9E3779B97F4A7C15))


def projected(tensor):
    values = tensor.detach().double().flatten().numpy()
    bits = signs(len(values))
    sums = [2 * values[(bits >> numpy.uint64(k)) & numpy.uint64(1) == 1].sum() - values.sum() for k in range(PROJECTIONS)]
    return torch.tensor(sums, dtype=torch.float64)


def make(model, file):
    tokenizer = AutoTokenizer.from_pretrained(model)
    tokens = [torch.tensor(tokenizer(text)["input_ids"]) for text in TEXTS]
    with golden.FullFloat64():
        logits, losses, fisher = golden.measure(golden.load(model, torch.float64), tokens)
    rough_logits, _, rough = golden.measure(golden.load(model, torch.float32, "sdpa"), tokens)
    expected = {f"tokens.{i}": sample for i, sample in enumerate(tokens)}
    expected["losses"] = torch.stack(losses)
    truths = {"logits": (logits[0], rough_logits[0])} | {n: (fisher[n], rough[n]) for n in fisher}
    for name, (truth, single) in truths.items():
        expected["logits.projected" if name == "logits" else "fisher." + name] = projected(truth)
        expected["norm." + name] = truth.norm().reshape(1).double()
        expected["float32." + name] = torch.tensor([golden.relative(single, truth)], dtype=torch.float64)
    save_file(expected, file)
    errors = [float(v) for k, v in expected.items() if k.startswith("float32.") and k != "float32.logits"]
    print(f"{model.name}: {[len(t) for t in tokens]} tokens, float32 is off by {min(errors):.1e} to {max(errors):.1e}")


def main():
    models, target = map(pathlib.Path, sys.argv[1:])
    torch.set_num_threads(1)
    target.mkdir(parents=True, exist_ok=True)
    for name in ("base", "bible", "python"):
        make(models / name, target / f"{name}.safetensors")


if __name__ == "__main__":
    main()
