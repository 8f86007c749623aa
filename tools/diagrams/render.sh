#!/bin/sh
# Renders docs/images/*.dot to SVG files beside them. Needs Node.js; installs Graphviz compiled to WebAssembly from npm.
set -eu
folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$folder/render.mjs" "$work"
npm install --silent --no-audit --no-fund --prefix "$work" @viz-js/viz@3.31.0
for source in "$folder"/../../docs/images/*.dot; do
  node "$work/render.mjs" "$source" "${source%.dot}.svg"
done
