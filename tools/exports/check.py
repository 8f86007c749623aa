"""Loads the files of `halcyon export` with the tools that they are for, on a small model.

    tools/exports/check.py FORMAT FILE MODEL     (the folder of the base that the results are about)

Each check takes the tool from its PyPI package, applies the file to MODEL as the tool does, and says what came of it. It fails
where the tool refuses the file or does not do what the file says. `README.md` notes what was run.
"""

import json
import pathlib
import re
import shutil
import sys
import tempfile

import yaml


def model_of(path):
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(path)


def mergekit(file, model):
    """Runs the merge, and compares every tensor with base + sum of weight x change."""
    import torch
    from mergekit.config import MergeConfiguration, evaluate_setting
    from mergekit.merge import MergeOptions, run_merge
    from safetensors.torch import load_file

    written = yaml.safe_load(pathlib.Path(file).read_text())
    models = MergeConfiguration.model_validate(written).models
    folder = tempfile.mkdtemp()
    run_merge(MergeConfiguration.model_validate(written), folder, MergeOptions(copy_tokenizer=False, lazy_unpickle=False))
    merged = load_file(pathlib.Path(folder) / "model.safetensors")
    base = load_file(pathlib.Path(model) / "model.safetensors")
    tuned = [load_file(pathlib.Path(str(one.model.model.path)) / "model.safetensors") for one in models]
    layers = 1 + max(int(n.split(".")[2]) for n in base if n.startswith("model.layers."))
    worst = 0.0
    weights = []
    for name, value in base.items():
        t = int(name.split(".")[2]) / (layers - 1) if name.startswith("model.layers.") else 0
        own = [evaluate_setting(name, one.parameters["weight"], t, validate=float) for one in models]
        weights += own
        wanted = value.double() + sum(w * (m[name].double() - value.double()) for w, m in zip(own, tuned))
        scale = wanted.abs().max().item()
        worst = max(worst, (merged[name].double() - wanted).abs().max().item() / scale)
    shutil.rmtree(folder)
    assert worst < 2**-7, worst
    return f"merged {len(base)} tensors of {len(tuned)} models; weights {min(weights)} to {max(weights)}, largest error {worst:.1e} of a tensor's maximum"


def peft(file, model):
    """Wraps the model, and compares every module's rank and scaling with the file."""
    from peft import LoraConfig, get_peft_model

    config = LoraConfig.from_pretrained(pathlib.Path(file).parent)
    written = json.loads(pathlib.Path(file).read_text())
    wrapped = get_peft_model(model_of(model), config)
    ranks = {}
    for name, module in wrapped.named_modules():
        if hasattr(module, "lora_A") and module.lora_A:
            key = name.removeprefix("base_model.model.")
            ranks[key] = module.r["default"]
            assert ranks[key] == written["rank_pattern"].get(key, written["r"]), key
            assert module.scaling["default"] == 2.0, key
    assert set(written["rank_pattern"]) <= set(ranks)
    if len(written["target_modules"]) == len(ranks):
        assert set(written["target_modules"]) == set(ranks)
    return f"{len(ranks)} modules with ranks {min(ranks.values())} to {max(ranks.values())}, scaling 2"


def freeze(file, model):
    """Runs the snippet of docs/how-to/export.md."""
    text = (pathlib.Path(__file__).resolve().parents[2] / "docs/how-to/export.md").read_text()
    snippet = re.search(r"```python\n(frozen = .*?)```", text, re.DOTALL).group(1).replace("frozen.txt", str(file))
    loaded = model_of(model)
    exec(snippet, {"model": loaded})
    listed = {line for line in pathlib.Path(file).read_text().splitlines() if not line.startswith("#")}
    assert {n for n, p in loaded.named_parameters() if not p.requires_grad} == listed
    trained = sum(p.numel() for p in loaded.parameters() if p.requires_grad)
    return f"{len(listed)} parameters frozen, {trained} elements trained"


def axolotl(file, model):
    """Runs `freeze_layers_except` of axolotl's utils/freeze.py."""
    from axolotl.utils.freeze import freeze_layers_except

    patterns = yaml.safe_load(pathlib.Path(file).read_text())["unfrozen_parameters"]
    loaded = model_of(model)
    freeze_layers_except(loaded, patterns)
    trained = {n for n, p in loaded.named_parameters() if p.requires_grad}
    assert trained == {pattern.strip("^$") for pattern in patterns}
    return f"{len(trained)} parameters are trained"


def spectrum(file, model):
    """Runs the choice of axolotl's Spectrum plugin, and its patterns on the model."""
    from axolotl.integrations.spectrum import _generate_unfrozen_params_yaml
    from axolotl.utils.freeze import freeze_layers_except

    data = json.loads(pathlib.Path(file).read_text())
    patterns = _generate_unfrozen_params_yaml(data, top_fraction=0.25)
    loaded = model_of(model)
    freeze_layers_except(loaded, patterns)
    trained = {n for n, p in loaded.named_parameters() if p.requires_grad}
    types = {entry["type"] for entry in data.values()}
    for kind in types:
        entries = sorted((name for name in data if data[name]["type"] == kind), key=lambda n: -data[n]["snr"])
        assert trained & set(entries) == set(entries[: len(entries) // 4]), kind
    return f"{len(trained)} parameters are trained, of {len(types)} types"


def imatrix(file, model):
    """Reads the file with llama.cpp's package `gguf`, and looks at its fields and sizes."""
    import numpy as np
    from gguf import GGUFReader
    from safetensors import safe_open

    reader = GGUFReader(file)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    assert fields["general.type"] == "imatrix"
    tensors = {tensor.name: tensor.data for tensor in reader.tensors}
    with safe_open(pathlib.Path(model) / "model.safetensors", "np") as weights:
        inputs = weights.get_slice("model.layers.0.mlp.down_proj.weight").get_shape()[1]
    sums = [name for name in tensors if name.endswith(".in_sum2")]
    assert all(name.replace(".in_sum2", ".counts") in tensors for name in sums)
    assert all(np.isfinite(tensors[name]).all() and (tensors[name] >= 0).all() for name in sums)
    assert tensors["blk.0.ffn_down.weight.in_sum2"].size == inputs
    return f"{len(sums)} matrices, {fields['imatrix.chunk_count']} chunks of {fields['imatrix.chunk_size']}: {fields['halcyon.provenance'][0]}"


def compressor(file, model):
    """Applies the recipe with oneshot, and compares every linear layer's bits with the file."""
    from llmcompressor import oneshot

    loaded = model_of(model)
    oneshot(model=loaded, recipe=str(file))
    recipe = yaml.safe_load(pathlib.Path(file).read_text())
    groups = recipe["quant_stage"]["quant_modifiers"]["QuantizationModifier"]["config_groups"].values()
    wanted = {target: group["weights"]["num_bits"] for group in groups for target in group["targets"]}
    bits = {
        name: module.quantization_scheme.weights.num_bits
        for name, module in loaded.named_modules()
        if getattr(module, "quantization_scheme", None) is not None
    }
    assert bits == wanted, set(bits.items()) ^ set(wanted.items())
    return f"{sum(b == 8 for b in bits.values())} layers of 8 bits, {sum(b == 4 for b in bits.values())} of 4"


def gptqmodel(file, model):
    """Reads the configuration, and asks it for every linear layer's bits."""
    from gptqmodel import QuantizeConfig
    from torch import nn

    config = QuantizeConfig.from_pretrained(str(pathlib.Path(file).parent))
    written = json.loads(pathlib.Path(file).read_text())
    wanted = {rule.removeprefix("+:^").removesuffix("$").replace("\\", "") for rule in written["dynamic"]}
    layers = [n for n, m in model_of(model).named_modules() if isinstance(m, nn.Linear) and n != "lm_head"]
    bits = {name: config.dynamic_get(name, "bits", config.bits) for name in layers}
    assert {name for name, b in bits.items() if b == 8} == wanted
    assert set(bits.values()) == {4, 8}
    return f"{len(wanted)} layers of 8 bits, {len(layers) - len(wanted)} of 4, groups of {config.group_size}"


def auto_round(file, model):
    """Quantizes the model by rounding, and compares every layer's bits with the file."""
    from auto_round import AutoRound
    from transformers import AutoTokenizer

    layers = json.loads(pathlib.Path(file).read_text())
    rounding = AutoRound(
        model_of(model), AutoTokenizer.from_pretrained(model), scheme="W4A16", layer_config=layers, iters=0, disable_opt_rtn=True
    )
    quantized, config = rounding.quantize()
    assert {name for name, one in config.items() if one["bits"] == 8} == set(layers)
    return f"{len(layers)} layers of 8 bits, {sum(one['bits'] == 4 for one in config.values())} of 4"


CHECKS = {
    "mergekit": mergekit,
    "peft": peft,
    "freeze-list": freeze,
    "axolotl": axolotl,
    "spectrum": spectrum,
    "imatrix": imatrix,
    "llm-compressor": compressor,
    "gptqmodel": gptqmodel,
    "auto-round": auto_round,
}

if __name__ == "__main__":
    check, path, folder = sys.argv[1:]
    print(f"{check}: {CHECKS[check](pathlib.Path(path), folder)}")
