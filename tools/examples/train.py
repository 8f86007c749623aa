#!/usr/bin/env python3
"""Trains the three example checkpoints: a base mostly on English prose, and two fine-tunes, on Python and on the Bible.

    python tools/examples/train.py --texts DIR --output examples/models

DIR holds the .jsonl files that collect_texts.py wrote. On one machine with one thread each run gives the same bytes.
"""

import argparse
import hashlib
import json
import math
import platform
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import tokenizers
import torch
import torch.nn.functional as F
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

END_OF_TEXT = "<|endoftext|>"
HELD_OUT_EVERY = 20
WINDOW = 256
BATCH = 8
HELD_OUT_WINDOWS = 256
MODELS = ["base", "python", "bible"]
PROMPTS = {
    "english": "The President of the United States",
    "python": "def read(self, name):\n    ",
    "bible": "And the LORD said unto",
}


@dataclass(frozen=True)
class Run:
    """One training run: the model it makes, its start (None: random weights), and the share of each domain."""

    model: str
    start: str | None
    mix: dict[str, float]
    steps: int
    learning_rate: float
    weight_decay: float


class Log:
    """Prints each line and appends it to a file."""

    def __init__(self, path: Path):
        self.file = path.open("a", encoding="utf-8")

    def __call__(self, line: str = "") -> None:
        print(line, flush=True)
        self.file.write(line + "\n")
        self.file.flush()


def read_documents(path: Path) -> tuple[list[str], list[str]]:
    """The documents of one domain for training, and each twentieth, which is held out."""
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    held_out = texts[HELD_OUT_EVERY // 2 :: HELD_OUT_EVERY]
    del texts[HELD_OUT_EVERY // 2 :: HELD_OUT_EVERY]
    return texts, held_out


def train_tokenizer(texts: list[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """A byte-level BPE that splits digits, with one special token."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=END_OF_TEXT,
        eos_token=END_OF_TEXT,
        pad_token=END_OF_TEXT,
        model_max_length=512,
        clean_up_tokenization_spaces=False,
    )


def equal_shares(domains: dict[str, list[str]]) -> list[str]:
    """As many characters of each domain as the smallest has, whole documents spread over the domain."""
    smallest = min(sum(map(len, texts)) for texts in domains.values())
    shares = []
    for texts in domains.values():
        share = smallest / sum(map(len, texts))
        shares += [text for i, text in enumerate(texts) if int((i + 1) * share) > int(i * share)]
    return shares


def encode(tokenizer: PreTrainedTokenizerFast, texts: list[str]) -> torch.Tensor:
    """All documents' tokens in one row, each document after one END_OF_TEXT."""
    ids: list[int] = []
    for document in tokenizer(texts, verbose=False)["input_ids"]:
        ids.append(tokenizer.bos_token_id)
        ids += document
    return torch.tensor(ids, dtype=torch.long)


def new_model(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=384,
        num_hidden_layers=8,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=None,
        initializer_range=0.04,
    )
    return LlamaForCausalLM(config)


def next_token_loss(model: LlamaForCausalLM, windows: torch.Tensor) -> torch.Tensor:
    """Mean negative log-likelihood in nats per token; windows [batch, WINDOW + 1]."""
    logits = model(windows[:, :-1]).logits
    return F.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten())


@torch.no_grad()
def held_out_loss(model: LlamaForCausalLM, row: torch.Tensor) -> float:
    """The mean loss over HELD_OUT_WINDOWS windows spread evenly over the held-out tokens."""
    starts = torch.linspace(0, len(row) - WINDOW - 1, HELD_OUT_WINDOWS).long().tolist()
    windows = torch.stack([row[s : s + WINDOW + 1] for s in starts])
    model.eval()
    return sum(next_token_loss(model, batch).item() * len(batch) for batch in windows.split(BATCH)) / len(windows)


def learning_rate_factor(step: int, steps: int) -> float:
    """Linear warm-up over a twentieth of the steps, then a cosine down to a tenth."""
    warm_up = max(1, steps // 20)
    if step < warm_up:
        return (step + 1) / warm_up
    return 0.1 + 0.45 * (1 + math.cos(math.pi * (step - warm_up) / (steps - warm_up)))


def random_windows(rows: dict[str, torch.Tensor], mix: dict[str, float], generator: torch.Generator) -> torch.Tensor:
    """A batch [BATCH, WINDOW + 1]; each window lies in a domain drawn with the probabilities of the mix."""
    domains = torch.multinomial(torch.tensor(list(mix.values())), BATCH, replacement=True, generator=generator)
    windows = []
    for domain in domains.tolist():
        row = rows[list(mix)[domain]]
        start = torch.randint(len(row) - WINDOW, (), generator=generator).item()
        windows.append(row[start : start + WINDOW + 1])
    return torch.stack(windows)


def train(model: LlamaForCausalLM, rows: dict[str, torch.Tensor], run: Run, seed: int, log: Log) -> None:
    """AdamW on random windows; weights with two dimensions decay, norms do not."""
    generator = torch.Generator().manual_seed(seed)
    groups = [
        {
            "params": [p for p in model.parameters() if p.dim() > 1],
            "weight_decay": run.weight_decay,
        },
        {"params": [p for p in model.parameters() if p.dim() == 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=run.learning_rate, betas=(0.9, 0.95))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate_factor(step, run.steps))
    model.train()
    started = time.monotonic()
    recent: list[float] = []
    for step in range(1, run.steps + 1):
        loss = next_token_loss(model, random_windows(rows, run.mix, generator))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        recent.append(loss.item())
        if step == 1 or step % max(1, run.steps // 20) == 0:
            seconds = time.monotonic() - started
            mean = sum(recent) / len(recent)
            log(f"  step {step:5d}  tokens {step * BATCH * WINDOW:9,d}  loss {mean:.4f}  {seconds:6.0f} s")
            recent.clear()


def save(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """BF16 safetensors, configuration and tokenizer, in the layout of the Hugging Face Hub."""
    shutil.rmtree(folder, ignore_errors=True)
    model.to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def load(folder: Path) -> LlamaForCausalLM:
    """The checkpoint as stored, its BF16 weights widened to float32."""
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


def compare(base: LlamaForCausalLM, fine_tune: LlamaForCausalLM, log: Log) -> None:
    """The range over the matrices of the mean column distance 1 - cosine, in float64, and the unchanged elements."""
    distances = {}
    same = total = 0
    others = dict(fine_tune.named_parameters())
    for name, weight in base.named_parameters():
        x, y = weight.detach().double(), others[name].detach().double()
        same += (x == y).sum().item()
        total += x.numel()
        if x.dim() == 2:
            distances[name] = (1 - F.cosine_similarity(x, y, dim=0)).mean().item()
    least, most = min(distances, key=distances.get), max(distances, key=distances.get)
    log(f"  1-cosine from {distances[least]:.2e} ({least}) to {distances[most]:.2e} ({most})")
    log(f"  elements that stayed bit-identical: {100 * same / total:.1f} %")


def sample(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, prompt: str) -> str:
    torch.manual_seed(0)
    ids = tokenizer(prompt, return_tensors="pt", return_token_type_ids=False)
    out = model.generate(
        **ids,
        max_new_tokens=40,
        do_sample=True,
        temperature=0.7,
        top_k=40,
        pad_token_id=tokenizer.eos_token_id,
    )
    return tokenizer.decode(out[0], skip_special_tokens=True)


def report(names: list[str], output: Path, held_out: dict[str, torch.Tensor], log: Log) -> None:
    """Reads the stored checkpoints back and logs losses, changes against the first, and samples."""
    loaded = {name: load(output / name) for name in names}
    tokenizer = AutoTokenizer.from_pretrained(output / names[0])
    log("Held-out loss of the stored BF16 checkpoints (nats per token; perplexity in brackets)")
    log("  model     " + "".join(f"{domain:>18}" for domain in held_out))
    for name, model in loaded.items():
        losses = [held_out_loss(model, row) for row in held_out.values()]
        log(f"  {name:10}" + "".join(f"{loss:10.4f} ({math.exp(loss):5.1f})" for loss in losses))
    for name in names[1:]:
        log()
        log(f"{names[0]} against {name}")
        compare(loaded[names[0]], loaded[name], log)
    for name, model in loaded.items():
        log()
        log(f"Samples of {name} (temperature 0.7, 40 tokens)")
        for prompt in PROMPTS.values():
            log("  " + json.dumps(sample(model, tokenizer, prompt), ensure_ascii=False))


def read_texts(folder: Path, log: Log) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    training, held_out = {}, {}
    for domain in PROMPTS:
        path = folder / f"{domain}.jsonl"
        training[domain], held_out[domain] = read_documents(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        counts = f"{len(training[domain])} documents to train on, {len(held_out[domain])} held out"
        log(f"{path.name}: {counts}, sha256 {digest}")
    return training, held_out


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--texts",
        type=Path,
        required=True,
        help="folder with english.jsonl, python.jsonl, bible.jsonl",
    )
    parser.add_argument("--output", type=Path, required=True, help="folder for the checkpoints base, python, bible")
    parser.add_argument("--log", type=Path, default=Path("training.log"), help="default: %(default)s")
    parser.add_argument(
        "--models",
        nargs="+",
        choices=MODELS,
        default=MODELS,
        help="train only these, on the base that --output holds",
    )
    parser.add_argument("--vocabulary", type=int, default=2048, help="default: %(default)s")
    parser.add_argument("--base-steps", type=int, default=2400, help="default: %(default)s")
    parser.add_argument("--fine-tune-steps", type=int, default=400, help="default: %(default)s")
    parser.add_argument("--threads", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=20, help="default: %(default)s")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    torch.use_deterministic_algorithms(True)
    transformers.utils.logging.disable_progress_bar()
    arguments.output.mkdir(parents=True, exist_ok=True)
    log = Log(arguments.log)
    versions = {"Python": platform.python_version(), "torch": torch.__version__}
    versions |= {"transformers": transformers.__version__, "tokenizers": tokenizers.__version__}
    log(", ".join(f"{name} {version}" for name, version in versions.items()))

    training, held_out = read_texts(arguments.texts, log)
    tokenizer = train_tokenizer(equal_shares(training), arguments.vocabulary)
    rows = {domain: encode(tokenizer, texts) for domain, texts in training.items()}
    held_out_rows = {domain: encode(tokenizer, texts) for domain, texts in held_out.items()}
    for domain, row in rows.items():
        characters = sum(map(len, training[domain]))
        log(f"{domain}: {len(row):,} training tokens, {characters / len(row):.2f} characters per token")

    steps = arguments.fine_tune_steps
    runs = [
        Run(
            "base",
            None,
            {"english": 0.8, "python": 0.1, "bible": 0.1},
            arguments.base_steps,
            3e-3,
            0.1,
        ),
        Run("python", "base", {"python": 1.0}, steps, 3e-4, 0.0),
        Run("bible", "base", {"bible": 1.0}, steps, 1e-4, 0.0),
    ]
    for run in (run for run in runs if run.model in arguments.models):
        torch.manual_seed(arguments.seed)
        model = load(arguments.output / run.start) if run.start else new_model(tokenizer)
        log()
        mix = ", ".join(f"{share:.0%} {domain}" for domain, share in run.mix.items())
        log(f"{run.model}: {model.num_parameters():,} parameters, from {run.start or 'random weights'}, on {mix}")
        log(f"  AdamW, peak learning rate {run.learning_rate}, weight decay {run.weight_decay}")
        log(f"  {run.steps} steps of {BATCH} x {WINDOW} tokens")
        train(model, rows, run, arguments.seed, log)
        save(model, tokenizer, arguments.output / run.model)
    log()
    report(
        [name for name in MODELS if (arguments.output / name).exists()],
        arguments.output,
        held_out_rows,
        log,
    )


if __name__ == "__main__":
    main()
