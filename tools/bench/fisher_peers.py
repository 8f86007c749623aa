#!/usr/bin/env python3
"""Squared per-sample gradients of a causal language model with PyTorch: the peers of Halcyon's FisherRates.

    fisher_peers.py MODEL TOKENS --write-tokens       writes 16 samples of 16 to 256 tokens, a line of token ids each
    fisher_peers.py MODEL TOKENS usual|best [--rounds 3]
    fisher_peers.py MODEL TOKENS gemm                 the machine's float32 matrix product, GFLOP/s

"usual" is the common script: batches of four padded samples, a backward pass of its own for each sample through the batch's
graph, squares added up in new tensors. "best" takes one sample at a time without padding, asks for no logits that predict
nothing, and squares and adds in one fused operation. Prints seconds, tokens a second, and the process's own memory
(RssAnon) at its peak. Needs torch and transformers.
"""

import argparse
import random
import threading
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from transformers import AutoModelForCausalLM

BATCH = 4
LENGTHS = [256, 256, 231, 200, 187, 164, 150, 128, 120, 96, 83, 64, 48, 40, 24, 16]
POLL_SECONDS = 0.02


class PeakMemory:
    """The most RssAnon seen while it is open, in GiB."""

    def __enter__(self):
        self.gib, self.ended = 0.0, threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()
        return self

    def watch(self):
        while not self.ended.wait(POLL_SECONDS):
            for line in Path("/proc/self/status").read_text().splitlines():
                if line.startswith("RssAnon:"):
                    self.gib = max(self.gib, int(line.split()[1]) / (1 << 20))

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


def usual(model, samples: list[list[int]]) -> float:
    fisher = {name: torch.zeros_like(p) for name, p in model.named_parameters()}
    for start in range(0, len(samples), BATCH):
        batch = samples[start : start + BATCH]
        longest = max(map(len, batch))
        ids = torch.tensor([sample + [0] * (longest - len(sample)) for sample in batch])
        mask = torch.tensor([[1] * len(sample) + [0] * (longest - len(sample)) for sample in batch])
        logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits
        for row, sample in enumerate(batch):
            model.zero_grad()
            count = len(sample)
            loss = F.cross_entropy(logits[row, : count - 1], ids[row, 1:count])
            loss.backward(retain_graph=row + 1 < len(batch))
            for name, p in model.named_parameters():
                fisher[name] += p.grad.detach() ** 2
    return sum(value.sum().item() for value in fisher.values()) / len(samples)


def best(model, samples: list[list[int]]) -> float:
    parameters = list(model.parameters())
    fisher = [torch.zeros_like(p) for p in parameters]
    for sample in samples:
        ids = torch.tensor([sample])
        hidden = model.model(input_ids=ids[:, :-1], use_cache=False).last_hidden_state
        F.cross_entropy(model.lm_head(hidden)[0], ids[0, 1:]).backward()
        for value, p in zip(fisher, parameters):
            value.addcmul_(p.grad, p.grad)
            p.grad = None
    return sum(value.sum().item() for value in fisher) / len(samples)


def gemm() -> None:
    for m, k, n in [(1024, 576, 1536), (1024, 1536, 576), (2048, 2048, 2048)]:
        a, b, out = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
        times = []
        for _ in range(40):
            begun = time.perf_counter()
            torch.mm(a, b, out=out)
            times.append(time.perf_counter() - begun)
        print(f"{m}x{k} by {k}x{n}: {2 * m * k * n / sorted(times)[len(times) // 2] / 1e9:.0f} GFLOP/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("tokens", type=Path)
    parser.add_argument("peer", nargs="?", choices=["usual", "best", "gemm"])
    parser.add_argument("--write-tokens", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.write_tokens:
        draw = random.Random(1)
        lengths = draw.sample(LENGTHS, len(LENGTHS))
        lines = (" ".join(str(draw.randrange(3, 40000)) for _ in range(length)) for length in lengths)
        options.tokens.write_text("\n".join(lines) + "\n")
    if options.peer == "gemm":
        gemm()
    elif options.peer:
        samples = [list(map(int, line.split())) for line in options.tokens.read_text().splitlines()]
        model = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32).eval()
        tokens = sum(map(len, samples))
        for _ in range(options.rounds):
            with PeakMemory() as memory:
                begun = time.perf_counter()
                total = {"usual": usual, "best": best}[options.peer](model, samples)
                seconds = time.perf_counter() - begun
            print(f"{options.peer:9} {seconds:6.2f} s {tokens / seconds:6.1f} tokens/s  RssAnon {memory.gib:.2f} GiB  Fisher sum {total:.6g}", flush=True)


if __name__ == "__main__":
    main()
