"""Runs the notebooks of examples/notebooks on results in a folder, and fails if a cell fails.

    python tools/notebooks/run.py RESULTS [--output DIR]

RESULTS contains `similarity_analysis` and `fisher_results`; run.sh computes them. With --output, the executed notebooks go to
DIR. The notebooks in the repository have no outputs and stay unchanged.
"""

import argparse
import os
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parents[2] / "examples/notebooks"

parser = argparse.ArgumentParser()
parser.add_argument("results", type=Path)
parser.add_argument("--output", type=Path)
arguments = parser.parse_args()

os.environ["RESULTS"] = str(arguments.results.resolve())
for path in sorted(NOTEBOOKS.glob("*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    print(f"{path.name}: {cells} cells passed")
    if arguments.output:
        arguments.output.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, arguments.output / path.name)
