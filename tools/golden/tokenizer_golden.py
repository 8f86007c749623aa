"""Writes the golden values of libs/transformer's tokenizer: what transformers' AutoTokenizer makes of awkward texts.

    venv/bin/python tools/golden/tokenizer_golden.py examples/models/base libs/transformer/src/test/resources/dev/halcyon/transformer/tokenizers

(the environment is that of transformer_requirements.txt). Each case is a folder with expected.json: a list of
{"text", "tokens", "shortened": the tokens under truncation to 7}. The case `example` belongs to examples/models, which
is not copied; `framed` is a small tokenizer made here whose post-processor puts a token before and after the text,
beside a tokenizer_config.json that claims otherwise, to which transformers does not listen.
"""

import json
import pathlib
import shutil
import sys

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer

MAX_LENGTH = 7

TEXTS = [
    "",
    " ",
    "In the beginning",
    "def area(width, height):\n    return width * height\n",
    "  two spaces,\ttab,\r\nlines\n\n\nand an end with spaces   ",
    "12345 3.14159 0x7fff",
    "naïve café — Ωμέγα, кириллица, 漢字かな, हिन्दी, e\u0301 against \u00e9",
    "emoji 👩\u200d👩\u200d👧 and 🏳\ufe0f, and beyond the first plane: 𝕊",
    "a NUL \u0000 and a bell \u0007",
    "<|endoftext|> in the text <s> and </s>",
]


def framed(folder):
    """A byte-level BPE tokenizer that frames texts."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)]
    )
    tokenizer.enable_truncation(3)
    tokenizer.enable_padding(pad_id=1, pad_token="</s>", length=40)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = dict(
        tokenizer_class="PreTrainedTokenizerFast",
        bos_token="<s>",
        eos_token="</s>",
        add_bos_token=False,
        add_eos_token=False,
        model_max_length=64,
    )
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")


def expected(tokenizer):
    return [
        {
            "text": text,
            "tokens": tokenizer(text)["input_ids"],
            "shortened": tokenizer(text, truncation=True, max_length=MAX_LENGTH)["input_ids"],
        }
        for text in TEXTS
    ]


def write(folder, tokenizer):
    (folder / "expected.json").write_text(json.dumps(expected(tokenizer), indent=1) + "\n")


def main():
    example, target = map(pathlib.Path, sys.argv[1:])
    for name in ("example", "framed"):
        shutil.rmtree(target / name, ignore_errors=True)
        (target / name).mkdir(parents=True)
    write(target / "example", AutoTokenizer.from_pretrained(example))
    framed(target / "framed")
    write(target / "framed", AutoTokenizer.from_pretrained(target / "framed"))


if __name__ == "__main__":
    main()
