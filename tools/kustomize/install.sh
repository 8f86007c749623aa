#!/bin/sh
# Makes sure that there is a kustomize, which the manifests of deploy/k8s are built with; a second run only prints where
# it is. It is a test tool: nothing of it is shipped. `kubectl` has one built in, and does as well.
# Otherwise needs Go, which takes the sources from the module proxy that the user has configured.
#
# Usage: tools/kustomize/install.sh        prints the path of kustomize or kubectl
set -eu

version=v5.8.1

if command -v kustomize || command -v kubectl; then
  exit 0
fi
# The test suite looks there too.
folder="${XDG_CACHE_HOME:-$HOME/.cache}/halcyon/kustomize"
if [ -x "$folder/kustomize" ]; then
  echo "$folder/kustomize"
  exit 0
fi
if ! command -v go >/dev/null 2>&1; then
  echo "Neither kustomize nor kubectl nor go is on the PATH: install one of them." >&2
  exit 4
fi

mkdir -p "$folder"
build=$(mktemp -d "$folder/build.XXXXXX")
trap 'rm -rf "$build"' EXIT
trap 'exit 130' INT TERM
echo "Building kustomize $version (once, about a minute)." >&2
GOBIN="$build" CGO_ENABLED=0 GOFLAGS= go install -trimpath -ldflags '-s -w' "sigs.k8s.io/kustomize/kustomize/v5@$version" >&2
mv -f "$build/kustomize" "$folder/kustomize"
echo "$folder/kustomize"
