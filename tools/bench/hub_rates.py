"""How fast a file comes from a Hub: Halcyon's client beside `hf_hub_download`, against the same local Hub in the same run.

Starts tools/hub/serve.sh twice over generated (sparse) files: once with a latency and a limit on each connection, once
without any for what loopback carries. In each round come the loopback, Halcyon's client (bench's HubRates) and
huggingface_hub, for each number of connections n: Halcyon brings one file of n shares through n connections, huggingface_hub
one file through its one connection, and then n files of one share by n threads.

    ./mvnw -DskipTests package -pl bench -am
    python tools/bench/hub_rates.py --work DIR

DIR should be a file system in memory with a few GB free: huggingface_hub writes its files there, and a disk would be what is measured.
With --memory it measures instead the resident memory of Halcyon's client for files of several sizes, without limits.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = "bench/model"


def write_sparse(path, size):
    """A safetensors file of one tensor of zeros that takes no room on the disk."""
    header = b""
    for _ in range(2):
        elements = size - 8 - len(header)
        header = json.dumps({"weight": {"dtype": "U8", "shape": [elements], "data_offsets": [0, elements]}}).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(8 + len(header) + elements)


class Hub:
    """The local Hub as a process of its own."""

    def __init__(self, root, *options):
        self.process = subprocess.Popen(
            [ROOT / "tools/hub/serve.sh", "--root", root, *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.endpoint = line.split()[0].removeprefix("endpoint=")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def halcyon(arguments):
    """A dictionary of what HubRates printed, for each number of connections."""
    java = pathlib.Path(os.environ.get("JAVA_HOME", "/usr")) / "bin/java"
    path = f"{ROOT}/bench/target/halcyon-bench-0.1.0-SNAPSHOT.jar:{ROOT}/bench/target/lib/*"
    out = subprocess.run(
        [java, f"@{ROOT}/jvm.args", "-cp", path, "dev.halcyon.bench.HubRates", *map(str, arguments)],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    lines = [line.split() for line in out.splitlines() if line.startswith("connections")]
    return [dict(zip(line[::2], map(float, line[1::2]))) for line in lines]


def peers(endpoint, work, share, connections):
    """MB/s of hf_hub_download: of one file, and of as many files as there are connections at the same time."""
    from huggingface_hub import hf_hub_download

    def bring(name):
        return hf_hub_download(MODEL, name, endpoint=endpoint, cache_dir=work / "hf")

    def rate(count):
        shutil.rmtree(work / "hf", ignore_errors=True)
        start = time.perf_counter()
        with ThreadPoolExecutor(count) as pool:
            list(pool.map(bring, [f"share-{i:02}.safetensors" for i in range(count)]))
        return count * share / (time.perf_counter() - start)

    rates = {n: rate(n) for n in connections}
    shutil.rmtree(work / "hf", ignore_errors=True)
    return rates


def spread(values):
    return f"{statistics.median(values):.0f} ({min(values):.0f} to {max(values):.0f})"


def rates(arguments, work):
    models = work / "hub" / "models" / MODEL
    models.mkdir(parents=True)
    most = max(arguments.connections)
    write_sparse(models / "large.safetensors", most * arguments.share * 1_000_000)
    for i in range(most):
        write_sparse(models / f"share-{i:02}.safetensors", arguments.share * 1_000_000)
    limited = Hub(work / "hub", "--latency-ms", str(arguments.latency), "--megabytes-per-second", str(arguments.limit))
    unlimited = Hub(work / "hub")
    seen = {n: {"loopback": [], "halcyon": [], "resident": [], "peer": []} for n in arguments.connections}
    try:
        for _ in range(arguments.rounds):
            for line in halcyon([limited.endpoint, unlimited.endpoint, MODEL, "large.safetensors", arguments.share,
                                 *arguments.connections]):
                for kind in ("loopback", "halcyon", "resident"):
                    seen[line["connections"]][kind].append(line[kind])
            for n, rate in peers(limited.endpoint, work, arguments.share, arguments.connections).items():
                seen[n]["peer"].append(rate)
    finally:
        limited.close()
        unlimited.close()
    print(f"{arguments.rounds} rounds, medians (least to most); MB/s, resident MB")
    print("| connections | loopback | limit | Halcyon, one file | of the lesser | resident | hf_hub_download, one file a thread |")
    print("|---|---|---|---|---|---|---|")
    for n, kinds in seen.items():
        limit = n * arguments.limit
        shares = [rate / min(limit, ceiling) for rate, ceiling in zip(kinds["halcyon"], kinds["loopback"])]
        print(f"| {n} | {spread(kinds['loopback'])} | {limit} | {spread(kinds['halcyon'])} | {statistics.median(shares):.2f} "
              f"({min(shares):.2f} to {max(shares):.2f}) | {max(kinds['resident']):.0f} | {spread(kinds['peer'])} |")


def memory(arguments, work):
    models = work / "hub" / "models" / MODEL
    models.mkdir(parents=True)
    for size in arguments.memory:
        write_sparse(models / f"{size}.safetensors", size * 1_000_000)
    hub = Hub(work / "hub")
    try:
        print("| file, MB | connections | MB/s | most resident, MB |")
        print("|---|---|---|---|")
        for size in arguments.memory:
            for n in arguments.connections:
                line = halcyon([hub.endpoint, hub.endpoint, MODEL, f"{size}.safetensors", max(1, size // n), n])[0]
                print(f"| {size} | {n} | {line['halcyon']:.0f} | {line['resident']:.0f} |")
    finally:
        hub.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder for generated and downloaded files; removed again")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 4, 8, 16])
    parser.add_argument("--share", type=int, default=204, help="MB that each connection brings")
    parser.add_argument("--limit", type=int, default=68, help="MB/s of each connection")
    parser.add_argument("--latency", type=int, default=20, help="ms before each answer")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", type=int, nargs="+", metavar="MB", help="sizes of files")
    arguments = parser.parse_args()
    work = arguments.work / f"hub-rates-{os.getpid()}"
    work.mkdir(parents=True)
    try:
        (memory if arguments.memory else rates)(arguments, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    sys.exit(main())
