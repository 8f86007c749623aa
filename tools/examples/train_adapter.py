#!/usr/bin/env python3
"""Trains the example LoRA adapter: the base of examples/models on Python code, with PEFT.

    python tools/examples/train_adapter.py --texts DIR --models examples/models

DIR holds the python.jsonl that collect_texts.py wrote; the adapter is written into MODELS/python-lora.
"""

import argparse
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

import train
from train import encode, held_out_loss, learning_rate_factor, next_token_loss, random_windows, read_documents

STEPS = 40
LEARNING_RATE = 3e-3
SEED = 11


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=STEPS)
    arguments = parser.parse_args()
    train.HELD_OUT_WINDOWS = 32
    torch.set_num_threads(1)
    torch.manual_seed(SEED)

    tokenizer = AutoTokenizer.from_pretrained(arguments.models / "base")
    texts, held_out = read_documents(arguments.texts / "python.jsonl")
    rows = {"python": encode(tokenizer, texts)}
    held = encode(tokenizer, held_out)
    base = AutoModelForCausalLM.from_pretrained(arguments.models / "base", dtype=torch.float32)
    config = LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj", "down_proj"], task_type="CAUSAL_LM")
    model = get_peft_model(base, config)
    print(f"before: {held_out_loss(model, held):.4f}", flush=True)

    generator = torch.Generator().manual_seed(SEED)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate_factor(step, arguments.steps))
    model.train()
    for step in range(1, arguments.steps + 1):
        loss = next_token_loss(model, random_windows(rows, {"python": 1.0}, generator))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 10 == 0:
            print(f"step {step}: {loss.item():.4f}", flush=True)
    print(f"after: {held_out_loss(model, held):.4f}", flush=True)

    for name, parameter in model.named_parameters():
        if "lora_" in name:
            parameter.data = parameter.data.to(torch.bfloat16)
    model.peft_config["default"].base_model_name_or_path = "examples/models/base"
    folder = arguments.models / "python-lora"
    model.save_pretrained(folder)
    (folder / "README.md").unlink()


if __name__ == "__main__":
    main()
