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

Truth is float64 throughout: transformers computes norms and softmax in float32 whatever the model's type, which
FullFloat64 undoes. Rotary angles stay as transformers rounds them, to float32: they are the model's definition.
A padding token that occurs within a sample counts like any other, which nn.Embedding would deny (count_padding).
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


def load(folder, dtype, attention="eager"):
    model, info = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation=attention, output_loading_info=True
    )
    assert not info["missing_keys"] and not info["mismatched_keys"], info
    model = model.eval().to(dtype)
    if dtype == torch.float64:
        round_rotary(model)
    count_padding(model)
    return model


def count_padding(model):
    """nn.Embedding drops the gradient of the padding token's row, which is as much part of the model as any other."""
    for module in model.modules():
        if isinstance(module, torch.nn.Embedding):
            module.padding_idx = None


def stored_names(model, prefix, renamed):
    """Names of the parameters as they are stored: tied ones once, the base model's prefix dropped on demand."""
    base = model.base_model_prefix + "."
    names = {}
    for name, _ in model.named_parameters():
        stored = name[len(base):] if not prefix and name.startswith(base) else name
        names[name] = renamed.get(stored, stored)
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


def make(folder, seed, config, dtype=torch.float32, prefix=True, shards=1, buffers=None, renamed=None):
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder))
    randomise(model, seed)
    names = stored_names(model, prefix, renamed or {})
    write_checkpoint(folder, model, names, dtype, shards, buffers or {})
    tokens = samples(seed + 1)
    with FullFloat64():
        logits, losses, fisher = measure(load(folder, torch.float64), tokens)
    expected = {f"tokens.{i}": sample for i, sample in enumerate(tokens)}
    expected.update({f"logits.{i}": value.float() for i, value in enumerate(logits)})
    expected["losses"] = torch.stack(losses)
    expected.update({"fisher." + names[name]: value.float() for name, value in fisher.items()})
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


MISTRAL = LLAMA | dict(architectures=["MistralForCausalLM"], model_type="mistral")

QWEN3 = LLAMA | dict(architectures=["Qwen3ForCausalLM"], model_type="qwen3")

GPT_NEOX = dict(
    architectures=["GPTNeoXForCausalLM"],
    model_type="gpt_neox",
    hidden_size=24,
    intermediate_size=40,
    num_hidden_layers=2,
    num_attention_heads=3,
    hidden_act="gelu",
    max_position_embeddings=64,
    layer_norm_eps=1e-5,
    vocab_size=VOCABULARY,
    bos_token_id=1,
    eos_token_id=2,
)

GEMMA2 = LLAMA | dict(
    architectures=["Gemma2ForCausalLM"],
    model_type="gemma2",
    head_dim=10,
    hidden_activation="gelu_pytorch_tanh",
    query_pre_attn_scalar=12,
    pad_token_id=0,
)
del GEMMA2["hidden_act"], GEMMA2["tie_word_embeddings"]

GEMMA3 = GEMMA2 | dict(architectures=["Gemma3ForCausalLM"], model_type="gemma3_text")

PHI3 = LLAMA | dict(
    architectures=["Phi3ForCausalLM"], model_type="phi3", hidden_size=32, original_max_position_embeddings=12, pad_token_id=None
)
del PHI3["head_dim"]

OLMO2 = LLAMA | dict(architectures=["Olmo2ForCausalLM"], model_type="olmo2")
del OLMO2["head_dim"]


def cases():
    yield from first_cases()
    yield from more_cases()
    yield from scaled_cases()


def first_cases():
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


def more_cases():
    yield "mistral", dict(
        seed=9,
        config=MISTRAL | dict(head_dim=10, sliding_window=5, rope_theta=1000.0, torch_dtype="float16"),
        dtype=torch.float16,
        shards=2,
    )
    yield "mistral-whole", dict(
        seed=10,
        config=MISTRAL
        | dict(
            sliding_window=None,
            tie_word_embeddings=True,
            rope_parameters=dict(rope_type="default", rope_theta=500.0),
            dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
        prefix=False,
    )
    yield "ministral", dict(
        seed=26,
        config=MISTRAL
        | dict(
            architectures=["MinistralForCausalLM"],
            model_type="ministral",
            sliding_window=5,
            layer_types=["full_attention", "sliding_attention"],
            rope_parameters=dict(rope_type="default", rope_theta=1000.0),
            dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
    )
    yield "qwen3", dict(
        seed=11,
        config=QWEN3
        | dict(
            attention_bias=True,
            use_sliding_window=True,
            sliding_window=4,
            max_window_layers=1,
            rope_theta=1000000.0,
            rope_scaling=None,
            torch_dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
    )
    yield "qwen3-tied", dict(
        seed=12,
        config=QWEN3
        | dict(
            tie_word_embeddings=True,
            num_key_value_heads=1,
            use_sliding_window=False,
            layer_types=["full_attention", "full_attention"],
            rope_parameters=dict(
                rope_type="yarn", rope_theta=1000.0, factor=2.0, original_max_position_embeddings=16
            ),
            dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
        prefix=False,
        shards=2,
    )
    bias = torch.tril(torch.ones(64, 64, dtype=torch.bool)).view(1, 1, 64, 64)
    yield "gpt_neox", dict(
        seed=13,
        config=GPT_NEOX
        | dict(
            rotary_pct=0.5,
            rotary_emb_base=1000,
            use_parallel_residual=True,
            tie_word_embeddings=False,
            torch_dtype="float16",
        ),
        dtype=torch.float16,
        buffers={"gpt_neox.layers.0.attention.bias": bias},
        renamed={"lm_head.weight": "embed_out.weight"},
    )
    yield "gpt_neox-sequential", dict(
        seed=14,
        config=GPT_NEOX
        | dict(
            use_parallel_residual=False,
            attention_bias=False,
            hidden_act="gelu_new",
            tie_word_embeddings=True,
            rope_parameters=dict(rope_type="default", rope_theta=100.0, partial_rotary_factor=0.25),
            dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
        prefix=False,
        shards=2,
    )
    yield "gemma2", dict(
        seed=15,
        config=GEMMA2
        | dict(
            hidden_act="gelu_pytorch_tanh",
            attn_logit_softcapping=2.0,
            final_logit_softcapping=3.0,
            sliding_window=4,
            rope_theta=1000.0,
            torch_dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
        shards=2,
    )
    yield "gemma2-uncapped", dict(
        seed=16,
        config=GEMMA2
        | dict(
            attention_bias=True,
            tie_word_embeddings=False,
            attn_logit_softcapping=None,
            final_logit_softcapping=None,
            sliding_window=6,
            layer_types=["full_attention", "sliding_attention"],
            rope_parameters=dict(rope_type="default", rope_theta=100.0),
            dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
        prefix=False,
    )
    yield "gemma3", dict(
        seed=17,
        config=GEMMA3
        | dict(
            num_hidden_layers=3,
            rope_theta=1000.0,
            rope_local_base_freq=100.0,
            rope_scaling=dict(rope_type="linear", factor=8.0),
            sliding_window=4,
            sliding_window_pattern=3,
            attn_logit_softcapping=None,
            final_logit_softcapping=None,
            torch_dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
    )
    yield "gemma3-capped", dict(
        seed=18,
        config=GEMMA3
        | dict(
            tie_word_embeddings=False,
            final_logit_softcapping=3.0,
            sliding_window=6,
            layer_types=["sliding_attention", "full_attention"],
            rope_parameters=dict(
                full_attention=dict(rope_type="default", rope_theta=500.0),
                sliding_attention=dict(rope_type="default", rope_theta=50.0),
            ),
            use_bidirectional_attention=False,
            dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
        prefix=False,
        shards=2,
    )
    yield "phi3", dict(
        seed=19,
        config=PHI3
        | dict(
            attention_bias=False,
            embd_pdrop=0.0,
            resid_pdrop=0.0,
            max_position_embeddings=48,
            partial_rotary_factor=0.5,
            rope_theta=1000.0,
            rope_scaling=dict(type="longrope", short_factor=[1.1, 1.7], long_factor=[1.3, 5.0]),
            sliding_window=7,
            torch_dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
    )
    yield "phi3-tied", dict(
        seed=20,
        config=PHI3
        | dict(
            num_key_value_heads=1,
            tie_word_embeddings=True,
            sliding_window=None,
            rope_parameters=dict(rope_type="default", rope_theta=1000.0, partial_rotary_factor=1.0),
            dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
        prefix=False,
        shards=2,
    )
    yield "olmo2", dict(
        seed=21,
        config=OLMO2 | dict(attention_bias=True, rope_theta=1000.0, rope_scaling=None, torch_dtype="bfloat16"),
        dtype=torch.bfloat16,
        shards=2,
    )
    yield "olmo2-tied", dict(
        seed=22,
        config=OLMO2
        | dict(
            num_key_value_heads=4,
            tie_word_embeddings=True,
            rope_parameters=dict(rope_type="default", rope_theta=100.0),
            dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
        prefix=False,
    )


def scaled_cases():
    """Rotary embeddings with every field of their scaling set."""
    yield "mistral-yarn", dict(
        seed=23,
        config=MISTRAL
        | dict(
            sliding_window=64,
            rope_theta=500.0,
            rope_scaling=dict(
                type="yarn",
                factor=4.0,
                original_max_position_embeddings=16,
                beta_fast=16,
                beta_slow=2,
                mscale=0.707,
                mscale_all_dim=0.5,
                truncate=False,
            ),
        ),
    )
    yield "qwen3-longrope", dict(
        seed=24,
        config=QWEN3
        | dict(
            rope_parameters=dict(
                rope_type="longrope",
                rope_theta=1000.0,
                short_factor=[1.1, 1.2, 1.5, 1.9],
                long_factor=[1.3, 2.5, 4.0, 5.0],
                factor=4.0,
                original_max_position_embeddings=12,
            ),
            dtype="bfloat16",
        ),
        dtype=torch.bfloat16,
    )
    yield "gpt_neox-dynamic", dict(
        seed=25,
        config=GPT_NEOX
        | dict(
            num_attention_heads=2,
            rotary_pct=0.5,
            rotary_emb_base=300,
            max_position_embeddings=12,
            rope_scaling=dict(type="dynamic", factor=3.0),
        ),
        dtype=torch.float16,
    )


def main():
    folder = pathlib.Path(sys.argv[1])
    wanted = sys.argv[2:]
    torch.set_num_threads(1)
    for name, case in cases():
        if not wanted or name in wanted:
            make(folder / name, **case)


if __name__ == "__main__":
    main()
