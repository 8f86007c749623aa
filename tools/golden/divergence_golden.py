"""Writes what transformers computes in float64 of the divergence between the golden models of libs/transformer and
changed copies of them.

    venv/bin/python tools/golden/divergence_golden.py libs/transformer/src/test/resources/dev/halcyon/transformer [case ...]

The folder's golden/ holds the models (transformer_golden.py). For each of them divergence/CASE.safetensors is written:

    CHANGE.kl, CHANGE.reverse_kl, CHANGE.base_loss, CHANGE.loss_difference   F64 [samples]   means over predicted tokens
    CHANGE.changed_top                      I64 [samples]   predictions whose most likely token differs
    CHANGE.NODES.kl.TENSOR                  F64 [samples]   attribution of a tensor with so many Gauss-Legendre nodes
    CHANGE.NODES.loss.TENSOR                likewise, of the difference in loss
    CHANGE.change.TENSOR                    F64 [2]         sums of squares of the base and of the change

where CHANGE is one of

    full    every element w of every tensor becomes w + 0.05 r u, u from -1 to 1
    tiny    the same with 2e-5 in place of 0.05: the divergence is about 1e-9
    lora    every matrix inside a layer gets 0.2 r a b^T, of rank 1
    int4    every matrix is rounded to 15 levels, in groups of 8 of its elements in the order they are stored

r being the root mean square of the tensor, rounded to float32. The changed weights are rounded to float32. Random numbers u, a and b come
from splitmix64 of the element's number plus the tensor's number times 2^32, so that the tests of libs/transformer make
the same models (ChangedModel). Gradients come from autograd in float64.
"""

import pathlib
import sys

import numpy as np
import torch
from safetensors.torch import load_file, save_file

import transformer_golden as golden
from transformer_golden import FullFloat64

NODES = {"full": (2, 3), "tiny": (2,), "lora": (2,), "int4": (2,)}


def splitmix(numbers):
    """In [-1, 1)."""
    with np.errstate(over="ignore"):
        z = (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1.0


def uniform(tensor, first, count):
    return splitmix(np.arange(first, first + count, dtype=np.uint64) + (np.uint64(tensor) << np.uint64(32)))


def root_mean_square(w):
    return float(np.float32(np.sqrt(np.sum(w * w) / w.size)))


def full(number, w, inside, size=0.05):
    return w + size * root_mean_square(w) * uniform(number, 0, w.size).reshape(w.shape)


def tiny(number, w, inside):
    return full(number, w, inside, 2e-5)


def lora(number, w, inside):
    if w.ndim < 2 or not inside:
        return w
    a = uniform(number, 0, w.shape[0])
    b = uniform(number, w.shape[0], w.shape[1])
    return w + 0.2 * root_mean_square(w) * a[:, None] * b[None, :]


def int4(number, w, inside):
    if w.ndim < 2:
        return w
    groups = np.pad(w.ravel(), (0, -w.size % 8)).reshape(-1, 8)
    scale = np.abs(groups).max(1, keepdims=True) / 7
    rounded = np.where(scale > 0, np.rint(groups / np.where(scale > 0, scale, 1)) * scale, 0)
    return rounded.ravel()[: w.size].reshape(w.shape)


CHANGES = dict(full=full, tiny=tiny, lora=lora, int4=int4)


def stored_names(folder):
    names = []
    for file in sorted(folder.glob("model*.safetensors")):
        names += load_file(file).keys()
    return names


def name_in_checkpoint(name, stored):
    """As the checkpoint has it: with or without the base model's prefix."""
    candidates = [name, name.split(".", 1)[1], name.replace("lm_head", "embed_out")]
    return next(candidate for candidate in candidates if candidate in stored)


def change(model, stored, kind):
    """The change of every parameter; tensors are numbered by their names' order."""
    parameters = {name_in_checkpoint(n, stored): p for n, p in model.named_parameters()}
    deltas = {}
    for number, name in enumerate(sorted(parameters)):
        w = parameters[name].detach().numpy()
        changed = CHANGES[kind](number, w, ".layers." in "." + name or ".h." in "." + name)
        deltas[name] = torch.from_numpy(changed.astype(np.float32).astype(np.float64) - w)
    return parameters, deltas


def at(parameters, base, deltas, s):
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(base[name] + s * deltas[name])


def scores(model, tokens):
    return torch.log_softmax(model(input_ids=tokens[None]).logits[0, :-1], -1)


def difference(model, tokens, base, parameters, weights, deltas):
    """Measured quantities, from log-softmaxes in float64."""
    p = base.exp()
    with torch.no_grad():
        at(parameters, weights, deltas, 1.0)
        q = scores(model, tokens)
    d = q - base
    labels = tokens[1:, None]
    # sum p (expm1(d) - d) is the divergence too, since sum p expm1(d) = sum q - sum p = 0, and its terms are positive.
    kl = (p * (torch.expm1(d) - d)).sum(-1).mean()
    reverse = (q.exp() * (torch.expm1(-d) + d)).sum(-1).mean()
    loss = -base.gather(1, labels).mean()
    changed = (base.argmax(-1) != q.argmax(-1)).sum()
    return kl, reverse, loss, -d.gather(1, labels).mean(), changed


def attributions(model, tokens, base, parameters, weights, deltas, count):
    x, w = np.polynomial.legendre.leggauss(count)
    labels = tokens[1:, None]
    sums = {kind: {name: 0.0 for name in parameters} for kind in ("kl", "loss")}
    for position, weight in zip((1 + x) / 2, w / 2):
        at(parameters, weights, deltas, float(position))
        q = scores(model, tokens)
        objectives = dict(kl=(base.exp() * (base - q)).sum(-1).mean(), loss=-q.gather(1, labels).mean())
        for kind, value in objectives.items():
            model.zero_grad(set_to_none=True)
            value.backward(retain_graph=True)
            for name, parameter in parameters.items():
                sums[kind][name] += float(weight * (parameter.grad * deltas[name]).sum())
    return sums


def measure(model, stored, samples, kind):
    parameters, deltas = change(model, stored, kind)
    weights = {name: parameter.detach().clone() for name, parameter in parameters.items()}
    values, found = [], {}
    for tokens in samples:
        at(parameters, weights, deltas, 0.0)
        with torch.no_grad():
            base = scores(model, tokens)
        values.append(difference(model, tokens, base, parameters, weights, deltas))
        for count in NODES[kind]:
            sums = attributions(model, tokens, base, parameters, weights, deltas, count)
            for objective, tensors in sums.items():
                for name, value in tensors.items():
                    found.setdefault(f"{kind}.{count}.{objective}.{name}", []).append(value)
    at(parameters, weights, deltas, 0.0)
    keys = ("kl", "reverse_kl", "base_loss", "loss_difference", "changed_top")
    result = {f"{kind}.{key}": torch.stack(column) for key, column in zip(keys, zip(*values))}
    result.update({key: torch.tensor(column, dtype=torch.float64) for key, column in found.items()})
    for name, delta in deltas.items():
        squares = [float((weights[name] ** 2).sum()), float((delta**2).sum())]
        result[f"{kind}.change.{name}"] = torch.tensor(squares, dtype=torch.float64)
    return result


def make(root, case):
    folder = root / "golden" / case
    expected = load_file(folder / "expected.safetensors")
    samples = [expected[f"tokens.{i}"] for i in range(len(golden.LENGTHS))]
    result = {}
    with FullFloat64():
        model = golden.load(folder, torch.float64)
        for kind in CHANGES:
            result.update(measure(model, stored_names(folder), samples, kind))
    target = root / "divergence" / f"{case}.safetensors"
    target.parent.mkdir(exist_ok=True)
    save_file(result, target)
    report(case, result)


def report(case, result):
    for kind in CHANGES:
        kl = result[f"{kind}.kl"].numpy()
        residuals = []
        for count in NODES[kind]:
            own = [v.numpy() for k, v in result.items() if k.startswith(f"{kind}.{count}.kl.")]
            residuals.append(f"{count} nodes {float(sum(own).mean() / kl.mean()):.6f}")
        print(f"{case} {kind}: KL {kl.mean():.4e}; sum over measured: {', '.join(residuals)}")


def main():
    root = pathlib.Path(sys.argv[1])
    torch.set_num_threads(1)
    for folder in sorted((root / "golden").iterdir()):
        if not sys.argv[2:] or folder.name in sys.argv[2:]:
            make(root, folder.name)


if __name__ == "__main__":
    main()
