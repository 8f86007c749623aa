"""What llama.cpp's own package `gguf` says of names, and writes as a file: golden files for dev.halcyon.tensors.gguf.

    pip install gguf numpy
    tools/golden/gguf_golden.py
"""

import pathlib

import gguf
import numpy as np

RESOURCES = pathlib.Path(__file__).resolve().parents[2] / "libs/tensors/src/test/resources/dev/halcyon/tensors/gguf"

LLAMA = """model.embed_tokens model.norm lm_head
model.layers.11.input_layernorm model.layers.11.self_attn.q_proj model.layers.11.self_attn.k_proj
model.layers.11.self_attn.v_proj model.layers.11.self_attn.o_proj model.layers.11.mlp.gate_proj
model.layers.11.mlp.up_proj model.layers.11.mlp.down_proj""".split()
NORMS = ["model.layers.11.post_attention_layernorm"]
QK_NORMS = ["model.layers.11.self_attn.q_norm", "model.layers.11.self_attn.k_norm"]
GEMMA_NORMS = [f"model.layers.11.{name}_layernorm" for name in ("post_attention", "pre_feedforward", "post_feedforward")]

MODELS = {
    gguf.MODEL_ARCH.LLAMA: LLAMA + NORMS,
    gguf.MODEL_ARCH.QWEN2: LLAMA + NORMS,
    gguf.MODEL_ARCH.QWEN3: LLAMA + NORMS + QK_NORMS,
    gguf.MODEL_ARCH.GEMMA2: LLAMA[:2] + LLAMA[3:] + GEMMA_NORMS,
    gguf.MODEL_ARCH.GEMMA3: LLAMA + GEMMA_NORMS + QK_NORMS,
    gguf.MODEL_ARCH.OLMO2: [n for n in LLAMA if "input" not in n] + GEMMA_NORMS[::2] + QK_NORMS,
    gguf.MODEL_ARCH.PHI3: """model.embed_tokens model.norm lm_head model.layers.11.input_layernorm
        model.layers.11.self_attn.qkv_proj model.layers.11.self_attn.o_proj model.layers.11.mlp.gate_up_proj
        model.layers.11.mlp.down_proj model.layers.11.post_attention_layernorm""".split(),
    gguf.MODEL_ARCH.GPT2: """transformer.wte transformer.wpe transformer.ln_f transformer.h.11.ln_1
        transformer.h.11.attn.c_attn transformer.h.11.attn.c_proj transformer.h.11.ln_2 transformer.h.11.mlp.c_fc
        transformer.h.11.mlp.c_proj""".split(),
    gguf.MODEL_ARCH.GPTNEOX: """gpt_neox.embed_in gpt_neox.final_layer_norm embed_out
        gpt_neox.layers.11.input_layernorm gpt_neox.layers.11.attention.query_key_value
        gpt_neox.layers.11.attention.dense gpt_neox.layers.11.post_attention_layernorm
        gpt_neox.layers.11.mlp.dense_h_to_4h gpt_neox.layers.11.mlp.dense_4h_to_h""".split(),
}


def names():
    lines = ["architecture,name,gguf"]
    for arch, modules in MODELS.items():
        known = gguf.get_tensor_name_map(arch, 12)
        for module in modules:
            for kind in ("weight", "bias"):
                name = known.get_name(f"{module}.{kind}", try_suffixes=(".weight", ".bias"))
                assert name, (arch, module)
                lines.append(f"{gguf.MODEL_ARCH_NAMES[arch]},{module}.{kind},{name}")
    (RESOURCES / "names.csv").write_text("\n".join(lines) + "\n")


def imatrix():
    writer = gguf.GGUFWriter(RESOURCES / "written.gguf", "none")
    writer.add_string("general.type", "imatrix")
    writer.add_array("imatrix.datasets", ["tëxt", "b"])
    writer.add_uint32("imatrix.chunk_count", 7)
    writer.add_tensor("blk.0.attn_q.weight.in_sum2", np.array([[1.5, -2.25, 3e-7]], dtype=np.float32))
    writer.add_tensor("blk.0.attn_q.weight.counts", np.array([[1]], dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


RESOURCES.mkdir(parents=True, exist_ok=True)
names()
imatrix()
