#!/usr/bin/env python3
"""Peak memory of `halcyon fisher` on random Llama models of growing depth.

Writes each model in BF16 below DIR, runs the command on the built-in texts, and reads the process's RssAnon (memory of its
own) and VmRSS (mapped weights too) from /proc every 50 ms. The tokenizer is copied from another model's folder. Needs torch
and safetensors, and a built tree.
"""

import argparse
import json
import shutil
import subprocess
import time
from pathlib import Path

import torch
from generate_checkpoints import base_tensor, config, groups
from safetensors.torch import save_file

HOME = Path(__file__).resolve().parents[2]
KIB_A_GIB = 1 << 20


def write_model(folder: Path, options: argparse.Namespace) -> int:
    """A file for each layer, so that no more than one is held in memory; returns the number of parameters."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(options.seed)
    weight_map: dict[str, str] = {}
    parameters = 0
    for number, group in enumerate(groups(options)):
        file = f"model-{number:05d}.safetensors"
        tensors = {name: base_tensor(shape, generator) for name, shape in group.items()}
        save_file(tensors, folder / file, metadata={"format": "pt"})
        weight_map |= dict.fromkeys(tensors, file)
        parameters += sum(tensor.numel() for tensor in tensors.values())
    index = {"metadata": {"total_size": 2 * parameters}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    (folder / "config.json").write_text(json.dumps(config(options)))
    for name in ["tokenizer.json", "tokenizer_config.json"]:
        if (options.tokenizer / name).exists():
            shutil.copy(options.tokenizer / name, folder / name)
    return parameters


def peaks(command: list[str]) -> tuple[dict[str, int], float]:
    """Peak KiB of RssAnon and VmRSS, and seconds."""
    begun = time.monotonic()
    most = {"RssAnon": 0, "VmRSS": 0}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                break
            for line in status.splitlines():
                name, _, value = line.partition(":")
                if name in most:
                    most[name] = max(most[name], int(value.split()[0]))
            time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return most, time.monotonic() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True, help="folder for the models; each goes when it was measured")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder of a model whose tokenizer is used")
    parser.add_argument("--depths", default="6,12,24,48", help="default: %(default)s")
    parser.add_argument("--hidden", type=int, default=576, help="default: %(default)s")
    parser.add_argument("--intermediate", type=int, default=1536, help="default: %(default)s")
    parser.add_argument("--heads", type=int, default=9, help="default: %(default)s")
    parser.add_argument("--key-value-heads", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--vocabulary", type=int, default=49152, help="default: %(default)s")
    parser.add_argument("--untied", dest="tied", action="store_false", help="a head of its own")
    parser.add_argument("--samples", type=int, default=4, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    options = parser.parse_args()
    print("| layers | parameters | RssAnon, GiB | RSS with mapped weights, GiB | seconds |\n|---|---|---|---|---|")
    for depth in map(int, options.depths.split(",")):
        options.layers = depth
        model = options.output / f"layers-{depth}"
        parameters = write_model(model, options)
        command = [str(HOME / "halcyon"), "fisher", "--model", str(model), "--samples", str(options.samples), "--quiet"]
        command += ["--output", str(options.output / f"fisher-{depth}")]
        most, seconds = peaks(command)
        anonymous, resident = (most[name] / KIB_A_GIB for name in ["RssAnon", "VmRSS"])
        print(f"| {depth} | {parameters:,} | {anonymous:.2f} | {resident:.2f} | {seconds:.0f} |", flush=True)
        shutil.rmtree(model)
        shutil.rmtree(options.output / f"fisher-{depth}")


if __name__ == "__main__":
    main()
