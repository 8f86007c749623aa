#!/bin/sh
# Computes the results that the notebooks read, and runs the notebooks. Needs a JDK 25, and Python with the packages of
# requirements.txt: run.sh [PYTHON]
set -eu
home=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
models=$home/examples/models
"$home/halcyon" compare -q --base "$models/base" --fine-tune "$models/python" --fine-tune "$models/bible" \
  --output "$work/similarity_analysis"
"$home/halcyon" fisher -q --model "$models/base" --labels sampled --weighting token --save-diagonal safetensors \
  --output "$work/fisher_results"
"${1:-python3}" "$home/tools/notebooks/run.py" "$work"
