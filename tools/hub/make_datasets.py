"""Makes the small data sets of the local Hub's tests: the same rows as JSON lines (what the data sets
server serves) and as Parquet (what the Hub stores), by pyarrow, which is not the reader under test.

The texts are written here, for this project. What the tests expect to be taken from them is worked out here too, in
plain Python, and kept in expected.json. Run with the packages of requirements.txt:
    python tools/hub/make_datasets.py libs/hub/src/test/resources/datasets
"""
import hashlib
import json
import pathlib
import sys

import pyarrow as pa
import pyarrow.parquet as pq


def code_rows():
    """240 Python files of growing length, a few of them in another language, one without text."""
    rows = []
    for i in range(240):
        body = "\n".join(f"    total += {i} * {j}  # Schritt {j}: größer" for j in range(i % 60))
        content = f"def work_{i}(total):\n{body}\n\treturn total\n"
        rows.append({"id": i, "lang": "Java" if i % 7 == 3 else "Python", "content": content})
    rows[5]["content"] = None
    return rows


def contest_rows():
    """Problems whose solutions are lists; 3 stands for Python 3, 2 for C++, as in code_contests."""
    rows = []
    for i in range(12):
        solutions = {
            "language": [2, 3, 3] if i % 3 else [2, 2],
            "solution": [f"int main() {{ return {i}; }}\n" * 8, f"print({i})\n" * 20, "pass\n"][: 3 if i % 3 else 2],
        }
        rows.append({"name": f"p{i}", "description": f"Add {i}.", "solutions": solutions})
    return rows


def human_eval_rows():
    return [
        {
            "task_id": f"HumanEval/{i}",
            "prompt": f'def add_{i}(a, b):\n    """Adds {i} to the sum of a and b, 😀 kept as it is."""\n',
            "canonical_solution": f"    return a + b + {i}\n" + f"    # {'x' * i}\n",
        }
        for i in range(30)
    ]


def question_rows():
    return [
        {"question": f"Ann has {i} apples and buys {i + 1}. How many has she?" * 2,
         "answer": f"She has {i} + {i + 1} = {2 * i + 1} apples.\n#### {2 * i + 1}"}
        for i in range(25)
    ]


def instruction_rows():
    return [
        {"instruction": f"Write a function that returns {i}." * 3, "input": "" if i % 2 else f"n = {i}",
         "output": f"def f():\n    return {i}\n"}
        for i in range(25)
    ]


SETS = [
    # name, config, split, rows, compression, rows of a row group, files
    ("codeparrot/codeparrot-clean", "default", "train", code_rows(), "snappy", 50, 2),
    ("openai/openai_humaneval", "openai_humaneval", "test", human_eval_rows(), "snappy", 30, 1),
    ("deepmind/code_contests", "default", "train", contest_rows(), "zstd", 5, 1),
    ("sahil2801/CodeAlpaca-20k", "default", "train", instruction_rows(), "gzip", 30, 1),
    ("openai/gsm8k", "main", "train", question_rows(), "none", 30, 1),
]


def write(root, name, config, split, rows, compression, group, files):
    folder = root / name
    (folder / "main").mkdir(parents=True, exist_ok=True)
    (folder / "main" / "README.md").write_text(f"# {name}, made up\n", encoding="utf-8")
    parquet = folder / "parquet" / config / split
    parquet.mkdir(parents=True, exist_ok=True)
    per_file = -(-len(rows) // files)
    for i in range(files):
        table = pa.Table.from_pylist(rows[i * per_file : (i + 1) * per_file])
        pq.write_table(table, parquet / f"{i:04d}.parquet", compression=compression, row_group_size=group)
    lines = folder / "rows" / config
    lines.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (lines / f"{split}.jsonl").write_text(text, encoding="utf-8")


def taken(texts, samples=500, low=100, high=2000):
    """Texts in order, within the limits; Python counts Unicode characters, as the limits do."""
    kept, rows, short, long, absent = [], 0, 0, 0, 0
    for text in texts:
        if len(kept) == samples:
            break
        rows += 1
        if not text:
            absent += 1
        elif len(text) < low:
            short += 1
        elif len(text) > high:
            long += 1
        else:
            kept.append(text)
    digest = hashlib.sha256("\x1e".join(kept).encode("utf-8")).hexdigest()
    return {"samples": len(kept), "rows": rows, "tooShort": short, "tooLong": long, "withoutText": absent,
            "totalChars": sum(map(len, kept)), "digest": digest}


def expected():
    stack = [row["content"] for row in code_rows() if row["lang"] == "Python"]
    return {
        "codeparrot": taken((row["content"] for row in code_rows()), samples=60),
        "the-stack": taken(stack, samples=150),
        "humaneval": taken(row["prompt"] + row["canonical_solution"] for row in human_eval_rows()),
        "code-contests": taken(
            next((text for number, text in zip(row["solutions"]["language"], row["solutions"]["solution"])
                  if number == 3), None) for row in contest_rows()),
        "code-alpaca": taken("\n\n".join(filter(None, row.values())) for row in instruction_rows()),
        "gsm8k": taken(row["question"] + "\n" + row["answer"] for row in question_rows()),
    }


def main():
    root = pathlib.Path(sys.argv[1])
    for entry in SETS:
        write(root, *entry)
    # the-stack keeps a folder of Parquet files for each language in its own main branch.
    stack = root / "bigcode/the-stack/main/data/python"
    stack.mkdir(parents=True, exist_ok=True)
    python = [row for row in code_rows() if row["lang"] == "Python"]
    for i in range(2):
        table = pa.Table.from_pylist(python[i * 100 : (i + 1) * 100])
        pq.write_table(table, stack / f"train-{i:05d}-of-00002.parquet", compression="snappy")

    text = json.dumps(expected(), indent=1)
    (root / "expected.json").write_text(text + "\n", encoding="utf-8")


main()
