#!/bin/sh
# Builds the MinIO server that the object store is tested against and keeps it in the user's cache; a second run only
# prints where it is. The server is a test tool (AGPL) of its own process: nothing of it is shipped or linked.
# Needs Go, which takes the sources from the module proxy that the user has configured and checks them against its
# checksum database.
#
# Usage: tools/minio/install.sh            prints the path of the server
set -eu

# The test suite reads this line to find the server.
version=v0.0.0-20260212201848-7aac2a2c5b7c

folder="${XDG_CACHE_HOME:-$HOME/.cache}/halcyon/minio/$version"
server="$folder/minio"
if [ -x "$server" ]; then
  echo "$server"
  exit 0
fi
if ! command -v go >/dev/null 2>&1; then
  echo "The MinIO server $version is built with Go, and no go is on the PATH: install Go 1.24 or newer." >&2
  exit 4
fi

mkdir -p "$folder"
build=$(mktemp -d "$folder/build.XXXXXX")
trap 'rm -rf "$build"' EXIT
trap 'exit 130' INT TERM
echo "Building the MinIO server $version (once, a few minutes)." >&2
GOBIN="$build" CGO_ENABLED=0 GOFLAGS= go install -trimpath -ldflags '-s -w' "github.com/minio/minio@$version" >&2
mv -f "$build/minio" "$server"
echo "$server"
