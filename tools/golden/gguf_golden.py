"""What llama.cpp's own package `gguf` says of names, and writes as a file: golden files for dev.halcyon.tensors.gguf.

    pip install gguf numpy safetensors tokenizers
    python tools/golden/gguf_golden.py
"""

import json
import pathlib

import gguf
import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import BPE

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "libs/tensors/src/test/resources/dev/halcyon/tensors/gguf"

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


TYPES = "F32 F16 BF16 Q8_0 Q4_0 Q4_1 Q5_0 Q5_1 Q4_K Q5_K Q6_K".split()
SCALES = {"Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}


def random_blocks(rng, kind, rows, columns):
    """Blocks of random codes, with scales that are finite; values of the types without blocks."""
    if kind == "F32":
        return rng.standard_normal((rows, columns), dtype=np.float32).view(np.uint8)
    if kind in ("F16", "BF16"):
        values = rng.standard_normal((rows, columns), dtype=np.float32)
        return gguf.quants.quantize(values, gguf.GGMLQuantizationType[kind]).view(np.uint8).reshape(rows, -1)
    elements, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[kind]]
    blocks = rng.integers(0, 256, (rows * columns // elements, size), dtype=np.uint8)
    for at in SCALES[kind]:
        scale = (0.02 * rng.standard_normal(len(blocks))).astype(np.float16)
        blocks[:, at : at + 2] = scale.view(np.uint8).reshape(-1, 2)
    return blocks.reshape(rows, -1)


def blocks():
    """A file with a matrix of 3 x 512 of each type, and what its elements are."""
    rng = np.random.default_rng(21)
    writer = gguf.GGUFWriter(RESOURCES / "types.gguf", "llama")
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_array("tokenizer.ggml.tokens", ["a", "bc"])
    writer.add_array("tokenizer.ggml.scores", [0.5, -1.0])
    expected = {}
    for kind in TYPES:
        raw = random_blocks(rng, kind, 3, 512)
        dtype = gguf.GGMLQuantizationType[kind]
        writer.add_tensor(f"{kind}.weight", raw, raw_dtype=dtype)
        values = raw.view(np.float32) if kind == "F32" else gguf.quants.dequantize(raw, dtype)
        expected[kind] = np.ascontiguousarray(values.reshape(3, 512), dtype=np.float32)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    save_file(expected, RESOURCES / "types.safetensors")


def permuted(matrix, heads):
    """Rows of a query or key projection as llama.cpp's converter orders them."""
    rows, columns = matrix.shape
    return matrix.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def model():
    """A Llama of one layer with random weights, a quantized GGUF file of it, and the change by quantization."""
    rng = np.random.default_rng(22)
    hidden, inner, heads, keys, size, vocabulary = 32, 64, 4, 2, 8, 48
    layer = "model.layers.0."
    shapes = {
        "model.embed_tokens.weight": (vocabulary, hidden),
        layer + "input_layernorm.weight": (hidden,),
        layer + "self_attn.q_proj.weight": (heads * size, hidden),
        layer + "self_attn.k_proj.weight": (keys * size, hidden),
        layer + "self_attn.v_proj.weight": (keys * size, hidden),
        layer + "self_attn.o_proj.weight": (hidden, heads * size),
        layer + "post_attention_layernorm.weight": (hidden,),
        layer + "mlp.gate_proj.weight": (inner, hidden),
        layer + "mlp.up_proj.weight": (inner, hidden),
        layer + "mlp.down_proj.weight": (hidden, inner),
        "model.norm.weight": (hidden,),
        "lm_head.weight": (vocabulary, hidden),
    }
    base = {name: rng.standard_normal(shape).astype(np.float16) for name, shape in shapes.items()}
    kinds = dict(zip(shapes, "Q4_0 F32 Q4_0 Q8_0 Q5_1 Q4_1 F32 Q5_0 F16 BF16 F32 Q8_0".split()))
    folder = ROOT / "standalone/src/test/resources/dev/halcyon/standalone/gguf"
    (folder / "base").mkdir(parents=True, exist_ok=True)
    save_file(base, folder / "base/model.safetensors")
    writer = gguf.GGUFWriter(folder / "quantized.gguf", "llama")
    writer.add_head_count(heads)
    writer.add_head_count_kv(keys)
    known = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, 1)
    expected, dequantized = {}, {}
    for name, values in base.items():
        kind = gguf.GGMLQuantizationType[kinds[name]]
        count = {"q_proj": heads, "k_proj": keys}.get(name.split(".")[-2], 0)
        exact = values.astype(np.float32)
        raw = gguf.quants.quantize(permuted(exact, count) if count else exact, kind)
        writer.add_tensor(known.get_name(name, try_suffixes=(".weight",)), raw, raw_dtype=kind)
        plain = gguf.quants.quantize(exact, kind)
        read = plain.view(np.float32) if kinds[name] == "F32" else gguf.quants.dequantize(plain, kind)
        dequantized[name] = np.ascontiguousarray(read.reshape(exact.shape), dtype=np.float32)
        change = read.astype(np.float64).reshape(exact.shape) - exact
        expected[name] = float(np.linalg.norm(change) / np.linalg.norm(exact.astype(np.float64)))
    writer.add_tensor("rope_freqs.weight", np.ones(4, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    lines = ["tensor,relative_change"] + [f"{name},{change!r}" for name, change in expected.items()]
    (folder / "expected.csv").write_text("\n".join(lines) + "\n")
    (folder / "dequantized").mkdir(exist_ok=True)
    save_file(dequantized, folder / "dequantized/model.safetensors")
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "hidden_size": hidden,
        "intermediate_size": inner,
        "num_attention_heads": heads,
        "num_key_value_heads": keys,
        "head_dim": size,
        "num_hidden_layers": 1,
        "vocab_size": vocabulary,
        "max_position_embeddings": 128,
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
        "tie_word_embeddings": False,
        "dtype": "float16",
    }
    (folder / "base/config.json").write_text(json.dumps(config, indent=2) + "\n")
    tokenizer(folder / "base/tokenizer.json", vocabulary)


def tokenizer(file, size):
    """A token for each lowercase letter and for some marks."""
    characters = "<unk>", *"abcdefghijklmnopqrstuvwxyz0123456789 .,;:!?-()'"
    assert len(characters) == size
    letters = Tokenizer(BPE(vocab={c: i for i, c in enumerate(characters)}, merges=[], unk_token="<unk>"))
    letters.save(str(file))


RESOURCES.mkdir(parents=True, exist_ok=True)
names()
imatrix()
blocks()
model()
