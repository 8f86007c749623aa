#!/usr/bin/env python3
"""Derives a lightly tuned checkpoint from the one that convert_smollm2.py wrote: 50 AdamW steps at 2e-5 by default.

    fine_tune_smollm2.py --base DIR --texts python.jsonl --output DIR

--texts is a .jsonl file of ../examples/collect_texts.py. Training is in float32; the result is BF16 in shards, like the
base. Needs torch and transformers.
"""

import argparse
import json
from pathlib import Path

import torch
import torch.nn.functional as F
from transformers import AutoModelForCausalLM, AutoTokenizer


def token_row(path: Path, tokenizer, needed: int, generator: torch.Generator) -> torch.Tensor:
    """The tokens of documents in random order, until there are enough."""
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    ids: list[int] = []
    for i in torch.randperm(len(texts), generator=generator).tolist():
        ids += tokenizer(texts[i], verbose=False)["input_ids"]
        if len(ids) >= needed:
            break
    return torch.tensor(ids)


def train(model, row: torch.Tensor, options: argparse.Namespace, generator: torch.Generator) -> None:
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.learning_rate, weight_decay=0.0)
    model.train()
    for step in range(1, options.steps + 1):
        starts = torch.randint(len(row) - options.window, (options.batch,), generator=generator).tolist()
        windows = torch.stack([row[s : s + options.window + 1] for s in starts])
        logits = model(windows[:, :-1]).logits
        loss = F.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step == 1 or step % 10 == 0:
            print(f"step {step:4d}  loss {loss.item():.4f}", flush=True)


def report_change(base, tuned) -> None:
    others = dict(tuned.named_parameters())
    distances, same, total = [], 0, 0
    for name, weight in base.named_parameters():
        x, y = weight.detach().double(), others[name].detach().double()
        same += (x == y).sum().item()
        total += x.numel()
        if x.dim() == 2:
            distances.append((1 - F.cosine_similarity(x, y, dim=0)).mean().item())
    print(f"1-cosine from {min(distances):.1e} to {max(distances):.1e}, identical elements {100 * same / total:.1f} %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=50, help="default: %(default)s")
    parser.add_argument("--learning-rate", type=float, default=2e-5, help="default: %(default)s")
    parser.add_argument("--batch", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--window", type=int, default=256, help="default: %(default)s")
    parser.add_argument("--shard-size", default="150MB", help="largest shard (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    generator = torch.Generator().manual_seed(options.seed)

    tokenizer = AutoTokenizer.from_pretrained(options.base)
    model = AutoModelForCausalLM.from_pretrained(options.base, dtype=torch.float32)
    needed = 4 * options.steps * options.batch * options.window
    train(model, token_row(options.texts, tokenizer, needed, generator), options, generator)
    model.to(torch.bfloat16).save_pretrained(options.output, max_shard_size=options.shard_size)
    tokenizer.save_pretrained(options.output)
    report_change(AutoModelForCausalLM.from_pretrained(options.base, dtype=torch.float32), model)


if __name__ == "__main__":
    main()
