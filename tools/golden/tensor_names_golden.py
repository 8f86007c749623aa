"""Writes the tensor keys of many architectures, with what transformers itself knows of each.

Usage, from the repository's root, in an environment with transformers==5.23.0 and torch==2.15.0:

    python tools/golden/tensor_names_golden.py libs/analysis/src/test/resources/dev/halcyon/analysis/names/keys.tsv

For each architecture a model with two layers is built without weights. A line is `architecture, key, layer, role`,
separated by tabs. `layer` is the index in the stack of the language model's layers (the list of modules as long as the
configuration says, below the module that holds the input embeddings), or `-`. `role` is `vocabulary` for the modules
that get_input_embeddings and get_output_embeddings return, else `-`.
"""

import sys
from pathlib import Path

import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText, AutoModelForMaskedLM

EXPECTED_VERSION = "5.23.0"

TINY = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, vocab_size=96)
GROUPED = dict(TINY, num_key_value_heads=2, head_dim=8)
GPT2_LIKE = dict(n_embd=32, n_layer=2, n_head=4, vocab_size=96)
EXPERTS = dict(GROUPED, moe_intermediate_size=16, num_experts=4, num_experts_per_tok=2, num_local_experts=4)
VISION = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, image_size=28, patch_size=14)

# Architecture to what is passed to its configuration. Masked language models and models with a vision tower are
# told apart below.
CAUSAL = {
    "llama": dict(GROUPED, attention_bias=True, mlp_bias=True),
    "mistral": GROUPED,
    "qwen2": GROUPED,
    "qwen3": GROUPED,
    "gemma2": GROUPED,
    "gemma3_text": GROUPED,
    "phi3": dict(GROUPED, pad_token_id=0),
    "phi": TINY,
    "olmo2": GROUPED,
    "stablelm": GROUPED,
    "starcoder2": GROUPED,
    "cohere": GROUPED,
    "gpt2": GPT2_LIKE,
    "gptj": dict(GPT2_LIKE, rotary_dim=4),
    "gpt_bigcode": GPT2_LIKE,
    "gpt_neox": TINY,
    "opt": dict(TINY, ffn_dim=64, word_embed_proj_dim=32, pad_token_id=1),
    "bloom": dict(hidden_size=32, n_layer=2, n_head=4, vocab_size=96),
    "falcon": dict(TINY, new_decoder_architecture=True, num_kv_heads=2),
    "mpt": dict(d_model=32, n_layers=2, n_heads=4, vocab_size=96),
    "mixtral": EXPERTS,
    "qwen3_moe": dict(EXPERTS, decoder_sparse_step=1),
    "deepseek_v3": dict(TINY, num_key_value_heads=4, q_lora_rank=16, kv_lora_rank=16, qk_rope_head_dim=4,
                        qk_nope_head_dim=4, v_head_dim=8, n_routed_experts=4, n_group=1, topk_group=1,
                        num_experts_per_tok=2, moe_intermediate_size=16, first_k_dense_replace=1),
    "mamba": dict(hidden_size=32, num_hidden_layers=2, vocab_size=96, state_size=4),
}
MASKED = {"bert": TINY, "roberta": TINY, "distilbert": dict(dim=32, n_layers=2, n_heads=4, hidden_dim=64, vocab_size=96)}
VISUAL = {
    "gemma3": dict(text_config=GROUPED, vision_config=VISION, mm_tokens_per_image=4),
    "llava": dict(text_config=dict(GROUPED, model_type="llama"), vision_config=dict(VISION, model_type="clip_vision_model")),
    "qwen2_vl": dict(text_config=dict(GROUPED), vision_config=dict(depth=2, embed_dim=32, hidden_size=32, num_heads=4)),
}


def build(architecture, settings, kind):
    torch.manual_seed(0)
    with torch.device("meta"):
        return kind.from_config(AutoConfig.for_model(architecture, **settings))


def language_stack(model):
    """The name of the list of layers, with a dot: the one nearest to the input embeddings."""
    names = {module: name for name, module in model.named_modules()}
    embeddings = names[model.get_input_embeddings()].split(".")
    lists = [
        name.split(".")
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.ModuleList) and len(module) == 2 and "expert" not in name
    ]

    def shared(name):
        same = [a == b for a, b in zip(name, embeddings)]
        return (same + [False]).index(False)

    return ".".join(max(lists, key=lambda name: (shared(name), -len(name)))) + "."


def lines(architecture, model):
    stack = language_stack(model)
    vocabulary = [model.get_input_embeddings(), model.get_output_embeddings()]
    heads = {f"{name}.weight" for name, module in model.named_modules() if any(module is m for m in vocabulary)}
    for key in sorted(model.state_dict()):
        layer = key[len(stack):].split(".")[0] if key.startswith(stack) else "-"
        yield "\t".join([architecture, key, layer, "vocabulary" if key in heads else "-"])


def main(target):
    if transformers.__version__ != EXPECTED_VERSION:
        sys.exit(f"transformers {EXPECTED_VERSION} is needed, this is {transformers.__version__}")
    kinds = [(CAUSAL, AutoModelForCausalLM), (MASKED, AutoModelForMaskedLM), (VISUAL, AutoModelForImageTextToText)]
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w") as out:
        for architectures, kind in kinds:
            for architecture, settings in architectures.items():
                out.writelines(line + "\n" for line in lines(architecture, build(architecture, settings, kind)))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
