"""Writes the golden models of libs/transformer: small random checkpoints of every architecture, and what
transformers computes from them in float64.

    python -m venv venv && venv/bin/pip install -r tools/golden/transformer_requirements.txt
    venv/bin/python tools/golden/transformer_golden.py libs/transformer/src/test/resources/dev/halcyon/transformer/golden [case ...]

Each case is a folder: the checkpoint (config.json in the spelling of transformers 4 or 5, one safetensors file or
shards, names with or without the base model's prefix, stored in BF16, F16 or F32), which transformers itself loads
here, and expected.safetensors:

    tokens.N    I64 [T]           a sample
    logits.N    F32 [T, vocab]    of every position
    losses      F64 [samples]     mean negative log-likelihood of the next tokens
    fisher.NAME F32               mean over samples of the squared gradient of that loss

and in one case, for labels drawn from the model instead of the text's own:

    true.tokens I64 [T]           a sample
    true.NAME   F32               expectation of the squared gradient of its loss over independent labels

Truth is float64 throughout: transformers computes norms and softmax in float32 whatever the model's type, which
FullFloat64 undoes. Rotary angles stay as transformers rounds them, to float32: they are the model's definition.
"""

import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from torch.overrides import TorchFunctionMode
from transformers import AutoConfig, AutoModelForCausalLM

VOCABULARY = 61
LENGTHS = (23, 9, 2, 14)


class FullFloat64(TorchFunctionMode):
    """Keeps float64 tensors from being rounded to float32 on the way."""

    rounding = False

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        first = args[0] if args else None
        if not FullFloat64.rounding and isinstance(first, torch.Tensor) and first.dtype == torch.float64:
            if function is torch.Tensor.float:
                return first
            if function is torch.Tensor.to and torch.float32 in (*args[1:], kwargs.get("dtype")):
                return first
            if kwargs.get("dtype") == torch.float32:
                kwargs["dtype"] = torch.float64
        return function(*args, **kwargs)


def round_rotary(model):
    """Lets rotary embeddings compute their angles in float32."""
    for module in model.modules():
        if type(module).__name__.endswith("RotaryEmbedding"):
            module.forward = rounded(module.forward)


def rounded(forward):
    def run(*args, **kwargs):
        FullFloat64.rounding = True
        try:
            return forward(*args, **kwargs)
        finally:
            FullFloat64.rounding = False

    return run


def randomise(model, seed):
    """Weights large enough that every non-linearity matters."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.ndim == 2 and "emb" in name or "wte" in name or "wpe" in name:
            parameter.data = 0.7 * noise
        elif parameter.ndim == 2:
            parameter.data = 1.3 * noise / parameter.shape[1] ** 0.5
        elif "norm" in name or "ln_" in name:
            centred = name.endswith("bias") or "gemma" in type(model).__name__.lower()
            parameter.data = (0.0 if centred else 1.0) + 0.3 * noise
        else:
            parameter.data = 0.3 * noise


def samples(seed):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randint(0, VOCABULARY, (length,), generator=generator) for length in LENGTHS]


def loss_of(model, tokens):
    logits = model(input_ids=tokens[None]).logits[0]
    return logits, -torch.log_softmax(logits[:-1], -1).gather(1, tokens[1:, None]).mean()


def measure(model, tokens):
    """Logits, losses and the Fisher information of every parameter, in the model's own precision."""
    logits, losses, fisher = [], [], {}
    for sample in tokens:
        model.zero_grad(set_to_none=True)
        output, loss = loss_of(model, sample)
        loss.backward()
        logits.append(output.detach())
        losses.append(loss.detach())
        for name, parameter in model.named_parameters():
            fisher.setdefault(name, torch.zeros_like(parameter)).add_(parameter.grad.square())
    return logits, losses, {name: total / len(tokens) for name, total in fisher.items()}


def true_fisher(model, tokens):
    """Over independent labels the gradients of different positions do not correlate, so squares add up."""
    positions = len(tokens) - 1
    fisher = {name: torch.zeros_like(p) for name, p in model.named_parameters()}
    scores = torch.log_softmax(model(input_ids=tokens[None]).logits[0, :-1], -1)
    for position in range(positions):
        for label in range(scores.shape[1]):
            model.zero_grad(set_to_none=True)
            scores[position, label].backward(retain_graph=True)
            probability = scores[position, label].detach().exp()
            for name, parameter in model.named_parameters():
                fisher[name] += probability * (parameter.grad / positions).square()
    return fisher


def load(folder, dtype):
    model, info = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    assert not info["missing_keys"] and not info["mismatched_keys"], info
    model = model.eval().to(dtype)
    if dtype == torch.float64:
        round_rotary(model)
    return model


def stored_names(model, prefix):
    """Names of the parameters as they are stored: tied ones once, the base model's prefix dropped on demand."""
    base = model.base_model_prefix + "."
    names = {}
    for name, _ in model.named_parameters():
        names[name] = name[len(base):] if not prefix and name.startswith(base) else name
    return names


def write_checkpoint(folder, model, names, dtype, shards, buffers):
    tensors = {names[n]: p.detach().to(dtype).contiguous() for n, p in model.named_parameters()}
    tensors.update(buffers)
    if shards == 1:
        save_file(tensors, folder / "model.safetensors", {"format": "pt"})
        return
    index = {}
    for i in range(shards):
        file = f"model-{i + 1:05}-of-{shards:05}.safetensors"
        part = {name: tensors[name] for name in sorted(tensors)[i::shards]}
        save_file(part, folder / file, {"format": "pt"})
        index.update({name: file for name in part})
    content = {"metadata": {}, "weight_map": index}
    (folder / "model.safetensors.index.json").write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")


def make(folder, seed, config, dtype=torch.float32, prefix=True, shards=1, buffers=None, true=False):
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder))
    randomise(model, seed)
    names = stored_names(model, prefix)
    write_checkpoint(folder, model, names, dtype, shards, buffers or {})
    tokens = samples(seed + 1)
    with FullFloat64():
        logits, losses, fisher = measure(load(folder, torch.float64), tokens)
    expected = {f"tokens.{i}": sample for i, sample in enumerate(tokens)}
    expected.update({f"logits.{i}": value.float() for i, value in enumerate(logits)})
    expected["losses"] = torch.stack(losses)
    expected.update({"fisher." + names[name]: value.float() for name, value in fisher.items()})
    if true:
        with FullFloat64():
            expectation = true_fisher(load(folder, torch.float64), tokens[1][:6])
        expected["true.tokens"] = tokens[1][:6].clone()
        expected.update({"true." + names[name]: value.float() for name, value in expectation.items()})
    save_file(expected, folder / "expected.safetensors")
    report(folder, logits, fisher, tokens)


def report(folder, logits, fisher, tokens):
    """How far transformers' own float32 is from the truth."""
    single, _, rough = measure(load(folder, torch.float32), tokens)
    off_logits = max(relative(a, b) for a, b in zip(single, logits))
    off_fisher = max(relative(rough[name], fisher[name]) for name in fisher)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{folder.name}: {size} bytes; float32 is off by {off_logits:.1e} (logits), {off_fisher:.1e} (Fisher)")


def relative(value, truth):
    return float((value.double() - truth.double()).norm() / truth.double().norm())


LLAMA = dict(
    architectures=["LlamaForCausalLM"],
    model_type="llama",
    hidden_size=24,
    intermediate_size=40,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=8,
    hidden_act="silu",
    max_position_embeddings=64,
    rms_norm_eps=1e-5,
    vocab_size=VOCABULARY,
    tie_word_embeddings=False,
    bos_token_id=1,
    eos_token_id=2,
)

QWEN2 = LLAMA | dict(architectures=["Qwen2ForCausalLM"], model_type="qwen2")
del QWEN2["head_dim"]

GPT2 = dict(
    architectures=["GPT2LMHeadModel"],
    model_type="gpt2",
    n_embd=24,
    n_layer=2,
    n_head=3,
    n_positions=32,
    activation_function="gelu_new",
    layer_norm_epsilon=1e-5,
    vocab_size=VOCABULARY,
    bos_token_id=1,
    eos_token_id=2,
)


def cases():
    yield "llama", dict(
        seed=1,
        config=LLAMA
        | dict(
            attention_bias=True,
            mlp_bias=True,
            rope_theta=500.0,
            rope_scaling=dict(
                rope_type="llama3",
                factor=8.0,
                low_freq_factor=1.0,
                high_freq_factor=4.0,
                original_max_position_embeddings=16,
            ),
            torch_dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
        shards=2,
    )
    yield "llama-tied", dict(
        seed=2,
        config=LLAMA
        | dict(
            tie_word_embeddings=True,
            rope_parameters=dict(rope_type="linear", factor=2.0, rope_theta=100.0),
            dtype="float16",
        ),
        dtype=torch.float16,
        prefix=False,
        true=True,
    )
    yield "llama-dynamic", dict(
        seed=3,
        config=LLAMA
        | dict(
            max_position_embeddings=12,
            hidden_act="gelu",
            rope_theta=300.0,
            rope_scaling=dict(type="dynamic", factor=3.0),
        ),
    )
    yield "llama-yarn", dict(
        seed=4,
        config=LLAMA
        | dict(
            num_key_value_heads=1,
            rope_theta=1000.0,
            rope_scaling=dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16),
        ),
        dtype=torch.bfloat16,
    )
    yield "qwen2", dict(
        seed=5,
        config=QWEN2
        | dict(
            use_sliding_window=True,
            sliding_window=5,
            max_window_layers=1,
            rope_theta=1000000.0,
            rope_scaling=None,
            torch_dtype="float16",
        ),
        dtype=torch.float16,
    )
    yield "qwen2-tied", dict(
        seed=6,
        config=QWEN2
        | dict(
            tie_word_embeddings=True,
            use_sliding_window=False,
            sliding_window=None,
            max_window_layers=2,
            layer_types=["full_attention", "full_attention"],
            rope_parameters=dict(rope_type="default", rope_theta=10000.0),
            dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
        prefix=False,
        shards=3,
    )
    mask = torch.tril(torch.ones(32, 32, dtype=torch.uint8)).view(1, 1, 32, 32)
    yield "gpt2", dict(
        seed=7,
        config=GPT2 | dict(scale_attn_by_inverse_layer_idx=True, n_inner=None, n_ctx=32),
        prefix=False,
        buffers={"h.0.attn.bias": mask, "h.1.attn.bias": mask.clone()},
    )
    yield "gpt2-untied", dict(
        seed=8,
        config=GPT2
        | dict(tie_word_embeddings=False, scale_attn_weights=False, activation_function="relu", n_inner=40),
        dtype=torch.bfloat16,
        shards=2,
    )


def main():
    folder = pathlib.Path(sys.argv[1])
    wanted = sys.argv[2:]
    torch.set_num_threads(1)
    for name, case in cases():
        if not wanted or name in wanted:
            make(folder / name, **case)


main()
