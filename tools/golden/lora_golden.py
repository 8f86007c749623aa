#!/usr/bin/env python3
"""Makes LoRA adapters of tiny models with PEFT, and the statistics of PEFT's merged weights.

    pip install -r tools/golden/lora.txt
    python tools/golden/lora_golden.py libs/analysis/src/test/resources/dev/halcyon/analysis/adapters
    python tools/golden/lora_golden.py --example examples/models \
        system-tests/src/test/resources/dev/halcyon/standalone/adapter.json

`BASE/` holds a base, `BASE/CASE/` an adapter of it as `save_pretrained` writes it. `cases.json` has, for each case, the
tensors that differ from the base's and their statistics against it: `float64` of weights merged in float64, `float32`
of weights merged in float32, both taken in float64. The definitions are those of similarity_golden.py. `refused/` holds
configs of adapters that change a base in other ways, with what an error must name. `--example` writes the statistics of
the bundled adapter against the bundled base, in float64, and of its change against that of the bundled fine-tune.
"""

import copy
import json
import shutil
import sys
import warnings
from pathlib import Path

import numpy as np
import peft
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file

sys.path.insert(0, str(Path(__file__).parent))
from similarity_golden import change, change_pair, columns, pair  # noqa: E402

warnings.simplefilter("ignore")


def llama(**changes):
    fields = dict(
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        vocab_size=56,
        max_position_embeddings=64,
        attention_bias=True,
        tie_word_embeddings=False,
    )
    return transformers.LlamaForCausalLM(transformers.LlamaConfig(**(fields | changes)))


def gpt2():
    fields = dict(n_embd=32, n_layer=2, n_head=4, vocab_size=56, n_positions=64)
    return transformers.GPT2LMHeadModel(transformers.GPT2Config(tie_word_embeddings=False, **fields))


BASES = {"llama": llama, "tied": lambda: llama(tie_word_embeddings=True, attention_bias=False), "gpt2": gpt2}

LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

# base, size of the change (None leaves what PEFT draws), dtype of the adapter, config
CASES = {
    "attention": ("llama", None, torch.float32, dict(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"])),
    "patterns": (
        "llama",
        0.02,
        torch.float32,
        dict(
            r=4,
            lora_alpha=8,
            use_rslora=True,
            target_modules=LINEAR,
            rank_pattern={"layers.1.mlp.down_proj": 7, "^model.layers.0.self_attn.q_proj": 2, "k_pro.": 3},
            alpha_pattern={r".*\.1\.self_attn\.v_proj": 5, "up_proj": 3.5},
        ),
    ),
    "saved_modules": (
        "llama",
        0.02,
        torch.float32,
        dict(r=2, target_modules=["q_proj", "down_proj"], modules_to_save=["lm_head", "norm"], layers_to_transform=[1]),
    ),
    "all_biases": ("llama", 0.02, torch.float32, dict(r=2, target_modules=["v_proj"], bias="all")),
    "own_biases": ("llama", 0.02, torch.float32, dict(r=2, target_modules=["v_proj", "o_proj"], bias="lora_only")),
    "embeddings": ("llama", 0.02, torch.float32, dict(r=3, target_modules=["embed_tokens", "lm_head", "k_proj"])),
    "tied_embeddings": ("tied", 0.02, torch.float32, dict(r=3, target_modules=["embed_tokens", "o_proj"])),
    "conv1d": (
        "gpt2",
        0.02,
        torch.float32,
        dict(r=4, target_modules=["c_attn", "c_proj", "c_fc"], fan_in_fan_out=True),
    ),
    # what PEFT writes there says nothing about the square weights of the layers
    "conv1d_and_head": ("gpt2", 0.02, torch.float32, dict(r=2, target_modules=["c_attn", "c_proj", "lm_head", "wte"])),
    "small": ("llama", 1e-4, torch.bfloat16, dict(r=8, lora_alpha=16, target_modules=LINEAR)),
    "tiny": ("llama", 1e-6, torch.float32, dict(r=5, lora_alpha=16, target_modules=LINEAR)),
}

# two adapters of one base, and an adapter beside a model whose every tensor changed
PAIRS = [("attention", "patterns"), ("small", "tiny"), ("embeddings", "saved_modules"), ("patterns", "full")]

REFUSED = {
    "dora": (LoraConfig(target_modules=["q_proj"], use_dora=True), "DoRA"),
    "lora_bias": (LoraConfig(target_modules=["q_proj"], lora_bias=True), "lora_bias"),
    "trainable_tokens": (LoraConfig(target_modules=["q_proj"], trainable_token_indices=[1, 2]), "trainable_token_indices"),
    "target_parameters": (LoraConfig(target_parameters=["mlp.experts.gate_up_proj"]), "target_parameters"),
    "replicated": (LoraConfig(target_modules=["q_proj"], layer_replication=[(0, 2), (1, 2)]), "layer_replication"),
    "pissa": (LoraConfig(target_modules=["q_proj"], init_lora_weights="pissa_niter_4"), "pissa_niter_4"),
    "olora": (LoraConfig(target_modules=["q_proj"], init_lora_weights="olora"), "olora"),
    "qalora": (LoraConfig(target_modules=["q_proj"], use_qalora=True), "use_qalora"),
    "alora": (LoraConfig(target_modules=["q_proj"], alora_invocation_tokens=[5]), "alora_invocation_tokens"),
    "megatron": (LoraConfig(target_modules=["q_proj"], megatron_config={"hidden_size": 32}), "megatron_config"),
    "adalora": (peft.AdaLoraConfig(target_modules=["q_proj"], total_step=10), "ADALORA"),
    "loha": (peft.LoHaConfig(target_modules=["q_proj"]), "LOHA"),
    "lokr": (peft.LoKrConfig(target_modules=["q_proj"]), "LOKR"),
    "ia3": (peft.IA3Config(target_modules=["q_proj"], feedforward_modules=[]), "IA3"),
    "oft": (peft.OFTConfig(target_modules=["q_proj"]), "OFT"),
    "prompt_tuning": (peft.PromptTuningConfig(num_virtual_tokens=4), "PROMPT_TUNING"),
    "prefix_tuning": (peft.PrefixTuningConfig(num_virtual_tokens=4), "PREFIX_TUNING"),
}


def draw(model, case, size, dtype):
    """Random numbers in all that was trained, such that low-rank changes are of that size against their weights."""
    generator = torch.Generator().manual_seed(sum(map(ord, case)))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.1)
            elif parameter.requires_grad:
                parameter.add_(torch.randn(parameter.shape, generator=generator) * 0.01)
        for module in model.modules():
            if size is not None and isinstance(module, peft.tuners.lora.LoraLayer) and "default" in module.r:
                embedding = "default" in module.lora_embedding_B
                second = module.lora_embedding_B["default"] if embedding else module.lora_B["default"].weight
                factor = size * module.get_base_layer().weight.norm() / module.get_delta_weight("default").norm()
                second.mul_(factor)
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.data = parameter.data.to(dtype)


def merged(model, folder, dtype):
    tuned = PeftModel.from_pretrained(copy.deepcopy(model).to(dtype), folder, autocast_adapter_dtype=False)
    return {n: t.to(torch.float64).numpy() for n, t in tuned.to(dtype).merge_and_unload().state_dict().items()}


def statistics(base, tuned):
    found = {}
    for name, weight in base.items():
        if not np.array_equal(weight, tuned[name]):
            found[name] = pair(columns_of(weight), columns_of(tuned[name])) | change(weight, tuned[name])
    return found


def columns_of(weight):
    return columns(torch.from_numpy(weight))


def make_base(name, folder):
    torch.manual_seed(7)
    model = BASES[name]().to(torch.bfloat16).eval()
    with torch.no_grad():
        for tensor, parameter in model.named_parameters():
            if tensor.endswith("bias"):
                parameter.copy_(torch.randn(parameter.shape) * 0.02)
    folder.mkdir(parents=True)
    weights = {n: t for n, t in model.state_dict().items() if not (name == "tied" and n == "lm_head.weight")}
    if name == "gpt2":  # as the checkpoint on the Hub, without the prefix that PEFT sees
        weights = {n.removeprefix("transformer."): t for n, t in weights.items()}
    save_file({n: t.contiguous() for n, t in weights.items()}, folder / "model.safetensors")
    return model


def main(target):
    shutil.rmtree(target, ignore_errors=True)
    models = {name: make_base(name, target / name) for name in BASES}
    bases, tuned, results = {}, {}, {}
    for name, model in models.items():
        prefix = "transformer." if name == "gpt2" else ""
        weights = {n.removeprefix(prefix): t.to(torch.float64).numpy() for n, t in model.state_dict().items()}
        bases[name] = {n: weights[n] for n in load_file(target / name / "model.safetensors")}
    for case, (name, size, dtype, config) in CASES.items():
        model = get_peft_model(copy.deepcopy(models[name]).to(torch.float32), LoraConfig(init_lora_weights=False, **config))
        draw(model, case, size, dtype)
        folder = target / name / case
        model.save_pretrained(folder)
        (folder / "README.md").unlink()
        tuned[case] = {}
        results[case] = {"base": name}
        for kind, type_ in (("float64", torch.float64), ("float32", torch.float32)):
            prefix = "transformer." if name == "gpt2" else ""
            weights = {n.removeprefix(prefix): t for n, t in merged(models[name], folder, type_).items()}
            tuned[case][kind] = {tensor: weights[tensor] for tensor in bases[name]}
            results[case][kind] = statistics(bases[name], tuned[case][kind])
    full = {n: t + np.random.default_rng(3).normal(size=t.shape) * 0.01 for n, t in bases["llama"].items()}
    full = {n: torch.from_numpy(t).to(torch.bfloat16) for n, t in full.items()}
    (target / "llama" / "full").mkdir()
    save_file(full, target / "llama" / "full" / "model.safetensors")
    tuned["full"] = {"float64": {n: t.to(torch.float64).numpy() for n, t in full.items()}}
    pairs = []
    for first, second in PAIRS:
        base, one, two = bases["llama"], tuned[first]["float64"], tuned[second]["float64"]
        found = {}
        for name in base:
            both = not np.array_equal(base[name], one[name]) and not np.array_equal(base[name], two[name])
            either = not np.array_equal(one[name], two[name])
            if either:
                found[name] = pair(columns_of(one[name]), columns_of(two[name]))
                found[name]["task"] = change_pair(base[name], one[name], two[name]) if both else None
        pairs.append({"first": first, "second": second, "tensors": found})
    (target / "cases.json").write_text(json.dumps({"cases": results, "pairs": pairs}, indent=1) + "\n")
    refuse(target / "refused")


def refuse(folder):
    folder.mkdir()
    names = {}
    for case, (config, named) in REFUSED.items():
        config.save_pretrained(folder / case)
        (folder / case / "adapter_config.json").rename(folder / f"{case}.json")
        (folder / case).rmdir()
        names[case] = named
    (folder / "names.json").write_text(json.dumps(names, indent=1) + "\n")


def example(models, target):
    base_model = transformers.AutoModelForCausalLM.from_pretrained(models / "base", dtype=torch.bfloat16)
    names = load_file(models / "base" / "model.safetensors").keys()
    base = {n: base_model.state_dict()[n].to(torch.float64).numpy() for n in names}
    weights = merged(base_model, models / "python-lora", torch.float64)
    found = statistics(base, {n: weights[n] for n in names})
    full = load_file(models / "python" / "model.safetensors")
    for name in found:
        found[name]["task"] = change_pair(base[name], weights[name], full[name].to(torch.float64).numpy())
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "--example":
        example(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(Path(sys.argv[1]))
