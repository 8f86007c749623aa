#!/usr/bin/env python3
"""Makes the Parquet files that the tests of libs/calibration read, with pyarrow.

    pip install pyarrow==26.0.1
    python tools/golden/calibration_parquet.py libs/calibration/src/test/resources/dev/halcyon/calibration

`texts.json` is what pyarrow itself reads back from each readable file.
"""

import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

WORDS = ["sea", "code", "größer", "日本語", "emoji 😀", "tab\tand\nline", "  spaces  ", 'quote "']


def texts(count):
    rows = [f"{WORDS[i % len(WORDS)]} number {i} " + "x" * (i * 7 % 90) for i in range(count)]
    rows[3] = None
    rows[5] = "   "
    return rows


def write(folder, name, column, **options):
    table = pa.table({"id": pa.array(range(len(column))), "text": column, "lang": pa.array(["en"] * len(column))})
    pq.write_table(table, folder / name, **options)


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    rows = texts(300)
    strings = pa.array(rows, pa.string())
    write(folder, "snappy.parquet", strings, compression="snappy", row_group_size=70)
    write(folder, "zstd.parquet", strings, compression="zstd", use_dictionary=False, data_page_version="2.0")
    write(folder, "gzip.parquet", strings, compression="gzip", row_group_size=100)
    write(folder, "plain.parquet", pa.array(rows, pa.large_string()), compression="none", data_page_size=512)
    write(folder, "repeated.parquet", pa.array(["one", "two"] * 500), compression="snappy")
    readable = ["snappy", "zstd", "gzip", "plain", "repeated"]
    expected = {name: pq.read_table(folder / f"{name}.parquet")["text"].to_pylist() for name in readable}
    (folder / "texts.json").write_text(json.dumps(expected, ensure_ascii=False, indent=0) + "\n")

    write(folder, "brotli.parquet", strings.slice(0, 10), compression="brotli")
    write(folder, "numbers.parquet", pa.array(range(10)))
    write(folder, "lists.parquet", pa.array([["a", "b"]] * 10))
    write(folder, "structs.parquet", pa.array([{"body": "a"}] * 10))
    write(folder, "latin1.parquet", pa.array(["gut".encode(), "größer".encode("latin-1")], pa.binary()), compression="none")
    write_nested(folder)


def write_nested(folder):
    """Structs, a column whose own name has a dot, chats in the two usual layouts, and nothing but nulls."""
    chat = [[{"role": "user", "content": f"a {i}"}, {"role": "assistant", "content": f"b {i}"}] for i in range(1, 5)]
    chat[1] = None
    rows = {
        "data": [
            {"text": "struct 1", "deep": {"text": "deep 1"}},
            {"text": None, "deep": {"text": "deep 2"}},
            {"text": "struct 3", "deep": {"text": "deep 3"}},
            None,
        ],
        "own": [{"text": "not this"}] * 4,
        "own.text": [f"own {i}" for i in range(1, 5)],
        "messages": chat,
        "conversations": [[{"from": "human", "value": f"u {i}"}] for i in range(1, 5)],
        "nothing": pa.array([None] * 4, pa.string()),
    }
    pq.write_table(pa.table(rows), folder / "nested.parquet")


if __name__ == "__main__":
    main()
