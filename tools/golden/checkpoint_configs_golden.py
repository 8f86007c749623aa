"""Fills in what transformers computes for the configs of public checkpoints.

    venv/bin/python tools/golden/checkpoint_configs_golden.py libs/transformer/src/test/resources/dev/halcyon/transformer/configs/checkpoints.jsonl

Each line holds the fields that the `config.json` of a public checkpoint has, with their values, but small dimensions. This
script gives each model weights that follow from the tensors' names and writes `losses` into the line: the mean negative
log-likelihood of each sample's next tokens, from transformers in float64. The Java tests make the same weights.
"""

import json
import math
import pathlib
import sys
import tempfile

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM
from transformer_golden import FullFloat64, load, loss_of, stored_names

MASK = (1 << 64) - 1
SAMPLES = [[(7 * i + 3) % 61 for i in range(23)], [(5 * i * i + 1) % 61 for i in range(9)]]


def seed(name):
    """FNV-1a."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 & MASK
    return value


def uniform(name, count):
    """Multiples of 2^-23 from -1 up to 1, by SplitMix64."""
    values, state = [], seed(name)
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
        values.append(((z ^ z >> 31) >> 40) / 2**23 - 1)
    return values


def weights(name, shape, model_type):
    values = torch.tensor(uniform(name, math.prod(shape)), dtype=torch.float64)
    if len(shape) == 2:
        values = values / 2
    elif name.endswith("bias"):
        values = values / 4
    else:
        values = (0 if model_type.startswith("gemma") else 1) + values / 4
    return values.float().reshape(shape)


def loadable(config):
    """Without the fields that stand in the way of float64 and of a small vocabulary, none of which changes a logit; and
    with longrope's present name, without which transformers 5 misses a field."""
    unwanted = ("pad_token_id", "auto_map", "reorder_and_upcast_attn")
    fields = {name: value for name, value in config.items() if name not in unwanted} | {"pad_token_id": None}
    scaling = fields.get("rope_scaling") or {}
    return fields | {"rope_scaling": scaling | {"type": "longrope"}} if scaling.get("type") == "su" else fields


def losses(config):
    model_type = config["model_type"]
    renamed = {"lm_head.weight": "embed_out.weight"} if model_type == "gpt_neox" else {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "config.json").write_text(json.dumps(loadable(config)))
        model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder))
        stored = stored_names(model, True, renamed)
        tensors = {stored[n]: weights(stored[n], p.shape, model_type) for n, p in model.named_parameters()}
        save_file(tensors, folder / "model.safetensors", {"format": "pt"})
        with FullFloat64(), torch.no_grad():
            model = load(folder, torch.float64)
            return [float(loss_of(model, torch.tensor(sample))[1]) for sample in SAMPLES]


def main():
    path = pathlib.Path(sys.argv[1])
    torch.set_num_threads(1)
    lines = []
    for line in path.read_text().splitlines():
        row = json.loads(line)
        row["losses"] = losses(row["config"])
        lines.append(json.dumps(row))
        print(row["checkpoint"], row["losses"])
    path.write_text("".join(line + "\n" for line in lines))


if __name__ == "__main__":
    main()
