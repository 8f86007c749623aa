"""Writes the exact diagonal of the true Fisher matrix of golden models of libs/transformer, which `fisher --labels
sampled` estimates, and the variance of that estimate.

    venv/bin/pip install curvlinops-for-pytorch==3.0.1
    venv/bin/python tools/golden/true_fisher_golden.py libs/transformer/src/test/resources/dev/halcyon/transformer

The folder's golden/ holds the models (transformer_golden.py). For each case below true_fisher/CASE.safetensors is written:

    tokens          I64 [T]   a sample
    diagonal.NAME   F32       E g^2, where g is the gradient of the sample's mean loss over labels drawn from the model
    variance.NAME   F64 [1]   Var g^2 of one draw of the labels, summed over the tensor's elements

The diagonal is that of curvlinops' GGNLinearOperator, which for cross-entropy is the Fisher matrix: it is multiplied by
every unit vector, without sampling. The script checks it against the expectation by autograd, one label at a time. Labels
of different positions are independent and their gradients have mean zero, so that g = sum of g_t has
E g^2 = sum E g_t^2 and E g^4 = sum E g_t^4 + 3 sum over t != u of E g_t^2 E g_u^2, which gives the variance.
Computed in float64.
"""

import pathlib
import sys

import torch
from curvlinops import GGNLinearOperator
from safetensors.torch import load_file, save_file

import transformer_golden as golden
from divergence_golden import name_in_checkpoint, stored_names
from transformer_golden import FullFloat64

CASES = ("llama-tied", "gpt2-untied")
LENGTH = 7
COLUMNS = 256


class Predictions(torch.nn.Module):
    """Logits of the positions that predict a token."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, tokens):
        return self.model(input_ids=tokens, use_cache=False).logits[0, :-1]


def ggn_diagonal(model, tokens):
    """By parameter, of the sample's mean loss."""
    parameters = dict(model.named_parameters())
    operator = GGNLinearOperator(
        Predictions(model),
        torch.nn.CrossEntropyLoss(reduction="sum"),
        list(parameters.values()),
        [(tokens[None], tokens[1:])],
        check_deterministic=False,
    )
    size = sum(p.numel() for p in parameters.values())
    diagonal = torch.empty(size, dtype=torch.float64)
    for first in range(0, size, COLUMNS):
        count = min(COLUMNS, size - first)
        units = torch.zeros(size, count, dtype=torch.float64)
        units[first : first + count] = torch.eye(count, dtype=torch.float64)
        diagonal[first : first + count] = (operator @ units)[first : first + count].diagonal()
    parts = diagonal.split([p.numel() for p in parameters.values()])
    squared = (len(tokens) - 1) ** 2
    return {name: part.view(p.shape) / squared for (name, p), part in zip(parameters.items(), parts)}


def expectations(model, tokens):
    """Of g^2, and the sum over elements of the variance of g^2, one label at a time."""
    positions = len(tokens) - 1
    scores = torch.log_softmax(Predictions(model)(tokens[None]), -1)
    names, parameters = zip(*model.named_parameters())
    zeros = lambda: {name: torch.zeros_like(p) for name, p in zip(names, parameters)}
    second, fourth, squares = zeros(), zeros(), zeros()
    for position in range(positions):
        own = zeros()
        for score in scores[position]:
            gradients = torch.autograd.grad(score, parameters, retain_graph=True)
            for name, g in zip(names, gradients):
                g = g / positions
                own[name] += score.detach().exp() * g**2
                fourth[name] += score.detach().exp() * g**4
        for name in names:
            second[name] += own[name]
            squares[name] += own[name] ** 2
    variance = {n: fourth[n] + 3 * (second[n] ** 2 - squares[n]) - second[n] ** 2 for n in names}
    return second, {name: value.sum().reshape(1) for name, value in variance.items()}


def make(root, case):
    folder = root / "golden" / case
    tokens = load_file(folder / "expected.safetensors")["tokens.1"][:LENGTH]
    stored = stored_names(folder)
    with FullFloat64():
        model = golden.load(folder, torch.float64)
        diagonal = ggn_diagonal(model, tokens)
        second, variance = expectations(model, tokens)
    off = max(golden.relative(diagonal[name], second[name]) for name in second)
    assert off < 1e-10, f"{case}: curvlinops and autograd differ by {off}"
    result = {"tokens": tokens.clone()}
    for name in second:
        own = name_in_checkpoint(name, stored)
        result["diagonal." + own] = diagonal[name].float().contiguous()
        result["variance." + own] = variance[name]
    target = root / "true_fisher" / f"{case}.safetensors"
    target.parent.mkdir(exist_ok=True)
    save_file(result, target)
    report(case, off, diagonal, variance)


def report(case, off, diagonal, variance):
    squares = sum(float((value**2).sum()) for value in diagonal.values())
    spread = sum(float(value) for value in variance.values())
    print(f"{case}: curvlinops and autograd agree to {off:.1e}; error of n draws {(spread / squares) ** 0.5:.2f} / sqrt(n)")


def main():
    torch.set_num_threads(1)
    for case in CASES:
        make(pathlib.Path(sys.argv[1]), case)


if __name__ == "__main__":
    main()
