#!/usr/bin/env python3
"""Runs every query of the dashboards and alert rules on a running Prometheus, and says which have no data.

Usage: tools/monitoring/check.py [URL]       http://127.0.0.1:9090 by default; Prometheus 3, Python 3 alone

Start the system with Docker Compose and give it a job with Fisher information, then run this within ten minutes. A
panel's query must have numbers at some time within them. Of a rule, which is silent as long as all is well, every
series that it selects must be there. What needs a GPU may be without data. Exit code 1 if anything is missing.
"""
import json
import math
import pathlib
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2] / "deploy"
URL = (sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:9090").rstrip("/")
SECONDS = 600
STEP = 5
NEEDS_GPU = re.compile(r"DCGM_|halcyon_fisher_gpu_memory|device=~\"cuda")
BUILT_IN = {"__rate_interval": "20s"}


def ask(path, **parameters):
    try:
        with urllib.request.urlopen(f"{URL}/api/v1/{path}?{urllib.parse.urlencode(parameters)}") as response:
            return json.load(response)["data"]
    except urllib.error.HTTPError as refused:
        raise SystemExit(f"{parameters}: {json.load(refused).get('error')}")


def series(query):
    """Series of the last minutes that have a number."""
    now = time.time()
    found = ask("query_range", query=query, start=now - SECONDS, end=now, step=STEP)["result"]
    return [one for one in found if any(not math.isnan(float(value)) for _, value in one["values"])]


def selectors(node):
    """The selectors of a parsed query, as text."""
    if isinstance(node, list):
        for part in node:
            yield from selectors(part)
    elif isinstance(node, dict):
        if node.get("type") in ("vectorSelector", "matrixSelector"):
            matchers = [m for m in node["matchers"] if m["name"] != "__name__"]
            yield node["name"] + "{" + ", ".join(f"{m['name']}{m['type']}{json.dumps(m['value'])}" for m in matchers) + "}"
        for part in node.values():
            yield from selectors(part)


def variables(board):
    values = dict(BUILT_IN)
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["query"]["query"]).groups()
            values[variable["name"]] = "|".join(sorted({one["metric"][label] for one in series(metric)}))
    return values


def panels(board):
    for panel in board["panels"]:
        yield panel
        yield from panel.get("panels", [])


def queries():
    """Where each query stands, the query, and the labels that its legend needs."""
    for file in sorted(ROOT.glob("grafana/dashboards/*.json")):
        board = json.loads(file.read_text())
        values = variables(board)
        for panel in panels(board):
            for target in panel.get("targets", []):
                query = re.sub(r"\$(\w+)", lambda name: values[name[1]], target["expr"])
                yield f"{file.name}: {panel['title']}", query, set(re.findall(r"{{\s*(\w+)\s*}}", target["legendFormat"]))
    for group in ask("rules")["groups"]:
        for rule in group["rules"]:
            if rule["health"] != "ok":
                raise SystemExit(f"{rule['name']}: {rule['lastError'] or rule['health']}")
            for selector in selectors(ask("parse_query", query=rule["query"])):
                yield f"{rule['name']}", selector, set()


missing, count = 0, 0
for place, query, legend in queries():
    count += 1
    found = series(query)
    problem = "" if found else "no data"
    for label in legend:
        if any(label not in one["metric"] for one in found):
            problem = f"no label {label}"
    if problem and NEEDS_GPU.search(query):
        problem = f"{problem} (needs a GPU)"
    elif problem:
        missing += 1
    print(f"{len(found):4d}  {place}: {query}  {problem}".rstrip())
print(f"{count} queries, {missing} without data that should have some")
sys.exit(1 if missing else 0)
