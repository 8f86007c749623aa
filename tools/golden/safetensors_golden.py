"""Writes the golden files of libs/tensors with the reference implementation of safetensors.

Usage, from the repository's root, in an environment with safetensors==0.8.0, torch==2.15.0 and numpy:

    python tools/golden/safetensors_golden.py libs/tensors/src/test/resources/dev/halcyon/tensors/golden

It writes
  types.safetensors         a tensor of each of the 20 element types the reference can write, with metadata
  torch.safetensors         as safetensors.torch writes it: scalar, empty tensors, names that are not ASCII
  sharded/                  two shards and their index
  expected.json             what the reference reads from these files: type, shape, SHA-256 of the bytes
  verdicts.jsonl            small files, most of them damaged, each with what the reference says of it
The output is the same on every run.
"""

import base64
import hashlib
import json
import struct
import sys
from pathlib import Path

import numpy as np
import safetensors
import torch
from safetensors import SafetensorError, TensorSpec, deserialize, serialize
from safetensors.torch import save_file

EXPECTED_VERSION = "0.8.0"

# The reference's constructor names, and the bits an element takes.
TYPES = {
    "bool": 8, "float4_e2m1fn_x2": 4, "uint8": 8, "int8": 8, "float8_e5m2": 8, "float8_e4m3fn": 8,
    "float8_e8m0fnu": 8, "float8_e4m3fnuz": 8, "float8_e5m2fnuz": 8, "int16": 16, "uint16": 16,
    "float16": 16, "bfloat16": 16, "int32": 32, "uint32": 32, "float32": 32, "complex64": 64,
    "float64": 64, "int64": 64, "uint64": 64,
}


def described(content):
    """Name to type, shape and digest, as the reference reads them."""
    return {
        name: {
            "dtype": tensor["dtype"],
            "shape": tensor["shape"],
            "sha256": hashlib.sha256(bytes(tensor["data"])).hexdigest(),
        }
        for name, tensor in sorted(deserialize(content))
    }


def write_types(folder):
    random = np.random.default_rng(42)
    specs, buffers = {}, []
    for name, bits in TYPES.items():
        # The packed type's constructor takes the number of bytes in the last dimension.
        shape = [2, 4]
        buffer = random.integers(0, 256, 8 * max(bits, 8) // 8, dtype=np.uint8)
        if name == "bool":
            buffer &= 1
        buffers.append(buffer)
        specs[f"tensor.{name}"] = TensorSpec(
            dtype=name, shape=shape, data_ptr=buffer.ctypes.data, data_len=buffer.nbytes
        )
    (folder / "types.safetensors").write_bytes(serialize(specs, {"format": "golden \u00e9\n"}))


def write_torch(folder):
    torch.manual_seed(42)
    save_file(
        {
            "scalar": torch.tensor(1.5),
            "empty": torch.zeros(0),
            "empty.matrix": torch.zeros(3, 0, 5, dtype=torch.int64),
            "model.layers.0.self_attn.q_proj.weight": torch.randn(7, 5).to(torch.bfloat16),
            "gewicht.\u00df.\u6b0a\u91cd.\U0001f9ee": torch.randn(3, 2, 2).to(torch.float16),
            "odd": torch.randn(3).to(torch.float8_e4m3fn),
        },
        folder / "torch.safetensors",
        metadata={"format": "pt"},
    )


def write_sharded(folder):
    torch.manual_seed(7)
    folder.mkdir(exist_ok=True)
    shards = {
        "model-00001-of-00002.safetensors": {
            "model.embed_tokens.weight": torch.randn(11, 4),
            "model.layers.0.mlp.down_proj.weight": torch.randn(4, 6),
        },
        "model-00002-of-00002.safetensors": {"model.norm.weight": torch.randn(4)},
    }
    for shard, tensors in shards.items():
        save_file(tensors, folder / shard, metadata={"format": "pt"})
    index = {
        "metadata": {"total_size": sum(t.nbytes for s in shards.values() for t in s.values())},
        "weight_map": {name: shard for shard, tensors in shards.items() for name in tensors},
    }
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")


def file(header, data=b"", length=None):
    """A file of that header, given as text, bytes or an object, and that data."""
    if not isinstance(header, (str, bytes)):
        header = json.dumps(header)
    if isinstance(header, str):
        header = header.encode("utf-8")
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def tensor(dtype="U8", shape=(4,), offsets=(0, 4), **more):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets), **more}


FOUR = b"\1\2\3\4"
ONE = '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}'


def with_shape(text):
    return '{"a":{"dtype":"U8","shape":%s,"data_offsets":[0,4]}}' % text


def with_offsets(text):
    return '{"a":{"dtype":"U8","shape":[4],"data_offsets":%s}}' % text


def cases():
    """Name to file."""
    big = 2**63
    return {
        # Sound files
        "one tensor": file(ONE, FOUR),
        "no tensors": file("{}"),
        "header padded with spaces": file(ONE + "   ", FOUR),
        "header padded with line breaks": file(ONE + "\r\n\t ", FOUR),
        "header not padded, tensors unaligned": file(
            {"a": tensor("U8", [1], [0, 1]), "b": tensor("F32", [1], [1, 5]), "c": tensor("F64", [1], [5, 13])}, b"0123456789012"
        ),
        "header in another order than the data": file(
            {"b": tensor("U8", [2], [2, 4]), "a": tensor("U8", [2], [0, 2])}, FOUR
        ),
        "empty tensors between others": file(
            {"x": tensor("U8", [2], [0, 2]), "e": tensor("F32", [0, 7], [2, 2]), "y": tensor("U8", [2], [2, 4]), "z": tensor("I64", [0], [4, 4])}, FOUR
        ),
        "scalar": file({"a": tensor("U8", [], [0, 1])}, b"\1"),
        "F6_E2M3 in whole bytes": file({"a": tensor("F6_E2M3", [4], [0, 3])}, b"abc"),
        "F6_E3M2 in whole bytes": file({"a": tensor("F6_E3M2", [2, 2], [0, 3])}, b"abc"),
        "F4 in whole bytes": file({"a": tensor("F4", [8], [0, 4])}, FOUR),
        "fields in another order": file('{"a":{"data_offsets":[0,4],"shape":[4],"dtype":"U8"}}', FOUR),
        "name with escapes": file('{"\\u0061\\"\\\\b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}', FOUR),
        "name with a surrogate pair": file('{"\\ud83e\\uddee":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}', FOUR),
        "metadata": file('{"__metadata__":{"format":"pt","k":""},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}', FOUR),
        "metadata after the tensors": file('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"__metadata__":{"format":"pt"}}', FOUR),
        "metadata alone": file('{"__metadata__":{"format":"pt"}}'),
        "a zero dimension beside a huge one": file({"a": tensor("U8", [0, 2**62], [0, 0])}),
        # Sound for the reference, decided otherwise or with care here
        "metadata is null": file('{"__metadata__":null,"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}', FOUR),
        "white space before the brace": file(" " + ONE, FOUR),
        "tensor named twice, equal": file(ONE[:-1] + "," + ONE[1:], FOUR),
        "tensor without a name": file({"": tensor()}, FOUR),
        "unknown field of a tensor": file({"a": tensor(scale=2)}, FOUR),
        "NUL in a name": file('{"a\\u0000b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}', FOUR),
        "escape sequence of a terminal in a name": file('{"\\u001b[31m":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}', FOUR),
        "right-to-left override in a name": file('{"a\u202eb":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}', FOUR),
        "65 dimensions": file({"a": tensor("U8", [1] * 64 + [4])}, FOUR),
        "name of 1001 characters": file({"a" * 1001: tensor()}, FOUR),
        "name of 1000 characters": file({"a" * 1000: tensor()}, FOUR),
        "64 dimensions": file({"a": tensor("U8", [1] * 63 + [4])}, FOUR),
        # The eight bytes of length
        "empty file": b"",
        "seven bytes": b"\0" * 7,
        "eight bytes of zero": b"\0" * 8,
        "length of 1": file("{", length=1),
        "length of zero, then data": b"\0" * 8 + FOUR,
        "length one past the end": file(ONE, b"", length=len(ONE) + 1),
        "length of 100,000,000 in a short file": file(ONE, FOUR, length=100_000_000),
        "length of 100,000,001": file(ONE, FOUR, length=100_000_001),
        "length of 2^63 - 1": file(ONE, FOUR, length=big - 1),
        "length of 2^63": file(ONE, FOUR, length=big),
        "length of 2^64 - 1": file(ONE, FOUR, length=2 * big - 1),
        "Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
        # Not the JSON it should be
        "not JSON": file("not JSON at all"),
        "an array": file("[]"),
        "a string": file('"a"'),
        "truncated JSON": file(ONE[:-1], FOUR),
        "trailing comma": file('{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},}', FOUR),
        "comment": file("{/* */}"),
        "single quotes": file("{'a':{}}"),
        "two documents": file(ONE + "{}", FOUR),
        "trailing NUL": file(ONE + "\0\0\0", FOUR),
        "byte order mark": file("\ufeff" + ONE, FOUR),
        "UTF-16": file(ONE.encode("utf-16-le"), FOUR),
        "not UTF-8": file(ONE.encode().replace(b'"a"', b'"\xff"'), FOUR),
        "overlong UTF-8": file(ONE.encode().replace(b'"a"', b'"\xc1\xa1"'), FOUR),
        "surrogate in UTF-8": file(ONE.encode().replace(b'"a"', b'"\xed\xa0\x80"'), FOUR),
        "lone surrogate in a name": file('{"\\ud800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}', FOUR),
        "lone surrogate in metadata": file('{"__metadata__":{"a":"\\udc00"}}'),
        "raw control character in a name": file(ONE.replace('"a"', '"a\nb"'), FOUR),
        "200 nested arrays": file('{"a":' + "[" * 200 + "]" * 200 + "}"),
        "1000 nested objects": file('{"a":' * 1000 + "{}" + "}" * 1000),
        # Metadata
        "number in metadata": file('{"__metadata__":{"a":1}}'),
        "object in metadata": file('{"__metadata__":{"a":{}}}'),
        "null in metadata": file('{"__metadata__":{"a":null}}'),
        "metadata is an array": file('{"__metadata__":[]}'),
        "metadata is a string": file('{"__metadata__":"a"}'),
        "metadata twice": file('{"__metadata__":{"a":"b"},"__metadata__":{"a":"c"}}'),
        "metadata key twice": file('{"__metadata__":{"a":"b","a":"c"}}'),
        # A tensor's fields
        "tensor is null": file('{"a":null}'),
        "tensor is an array": file('{"a":["U8",[4],[0,4]]}', FOUR),
        "no dtype": file('{"a":{"shape":[4],"data_offsets":[0,4]}}', FOUR),
        "no shape": file('{"a":{"dtype":"U8","data_offsets":[0,4]}}', FOUR),
        "no offsets": file('{"a":{"dtype":"U8","shape":[4]}}', FOUR),
        "unknown dtype": file(ONE.replace("U8", "U7"), FOUR),
        "dtype in lower case": file(ONE.replace("U8", "u8"), FOUR),
        "dtype is a number": file(ONE.replace('"U8"', "8"), FOUR),
        "dtype is null": file(ONE.replace('"U8"', "null"), FOUR),
        "dtype twice": file('{"a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}', FOUR),
        "shape twice": file('{"a":{"dtype":"U8","shape":[4],"shape":[4],"data_offsets":[0,4]}}', FOUR),
        "shape is a number": file(with_shape("4"), FOUR),
        "shape is null": file(with_shape("null"), FOUR),
        "negative size": file(with_shape("[-4]"), FOUR),
        "two negative sizes": file(with_shape("[-2,-2]"), FOUR),
        "negative zero": file('{"a":{"dtype":"U8","shape":[-0],"data_offsets":[0,0]}}'),
        "float size": file(with_shape("[4.0]"), FOUR),
        "size with exponent": file(with_shape("[4e0]"), FOUR),
        "size as a string": file(with_shape('["4"]'), FOUR),
        "size with a leading zero": file(with_shape("[04]"), FOUR),
        "size is NaN": file(with_shape("[NaN]"), FOUR),
        "size is true": file(with_shape("[true]"), FOUR),
        "nested shape": file(with_shape("[[4]]"), FOUR),
        "size of 2^63": file(with_shape("[9223372036854775808]"), FOUR),
        "size of 2^64": file(with_shape("[18446744073709551616]"), FOUR),
        "size of 400 digits": file(with_shape("[%s]" % ("9" * 400)), FOUR),
        "sizes that overflow to the right number": file(with_shape("[%d,4]" % (2**62 + 1)), FOUR),
        "sizes that overflow to zero": file({"a": tensor("U8", [2**32, 2**32], [0, 0])}),
        "bytes that overflow": file({"a": tensor("F64", [2**61 + 1], [0, 8])}, b"12345678"),
        "bits that overflow": file({"a": tensor("F64", [2**60], [0, 0])}),
        "size not shape x dtype, too few": file({"a": tensor("F32", [2], [0, 4])}, FOUR),
        "size not shape x dtype, too many": file({"a": tensor("F32", [1], [0, 8])}, FOUR + FOUR),
        "empty shape with no bytes": file({"a": tensor("U8", [], [0, 0])}),
        "F4 that ends within a byte": file({"a": tensor("F4", [7], [0, 4])}, FOUR),
        "F6 that ends within a byte": file({"a": tensor("F6_E3M2", [5], [0, 4])}, FOUR),
        # Offsets
        "no offset": file(with_offsets("[]"), FOUR),
        "one offset": file(with_offsets("[4]"), FOUR),
        "three offsets": file(with_offsets("[0,4,4]"), FOUR),
        "offsets are an object": file(with_offsets('{"begin":0,"end":4}'), FOUR),
        "negative offset": file(with_offsets("[-4,0]"), FOUR),
        "float offsets": file(with_offsets("[0.0,4.0]"), FOUR),
        "offset of 2^63": file(with_offsets("[9223372036854775808,9223372036854775812]"), FOUR),
        "offset of 2^63 - 5": file(with_offsets("[9223372036854775803,9223372036854775807]"), FOUR),
        "end before begin": file(with_offsets("[4,0]"), FOUR),
        "first offset not zero": file(with_offsets("[1,5]"), b"\0" + FOUR),
        "hole": file({"a": tensor("U8", [2], [0, 2]), "b": tensor("U8", [2], [3, 5])}, b"12345"),
        "overlap": file({"a": tensor("U8", [3], [0, 3]), "b": tensor("U8", [3], [2, 5])}, b"12345"),
        "same bytes twice": file({"a": tensor(), "b": tensor()}, FOUR),
        "one tensor inside another": file({"a": tensor(), "b": tensor("U8", [2], [1, 3])}, FOUR),
        "empty tensor inside another": file({"a": tensor(), "e": tensor("U8", [0], [2, 2])}, FOUR),
        "empty tensor past the end": file({"a": tensor(), "e": tensor("U8", [0], [9, 9])}, FOUR),
        "trailing byte": file(ONE, FOUR + b"\0"),
        "data without tensors": file("{}", FOUR),
        "missing byte": file(ONE, FOUR[:3]),
        "no data": file(ONE),
        "tensor named twice, in turn": file(
            '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}', FOUR
        ),
    }


def verdict(name, content):
    line = {"case": name, "file": base64.b64encode(content).decode()}
    try:
        return line | {"accepted": True, "tensors": described(content)}
    except SafetensorError as error:
        return line | {"accepted": False, "reason": str(error)}


def main(folder):
    if safetensors.__version__ != EXPECTED_VERSION:
        sys.exit(f"safetensors {EXPECTED_VERSION} is needed, this is {safetensors.__version__}")
    folder.mkdir(parents=True, exist_ok=True)
    write_types(folder)
    write_torch(folder)
    write_sharded(folder / "sharded")
    files = sorted(path for path in folder.rglob("*.safetensors"))
    expected = {str(path.relative_to(folder)): described(path.read_bytes()) for path in files}
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    with (folder / "verdicts.jsonl").open("w") as verdicts:
        for name, content in cases().items():
            verdicts.write(json.dumps(verdict(name, content)) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
