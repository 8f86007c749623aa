#!/bin/sh
# Makes sure that there is a promtool, which the alert rules are tested with; a second run only prints where it is. It
# is a test tool: nothing of it is shipped.
# Takes it from Debian's package `prometheus` without installing that, so that no server starts; elsewhere it says what
# is missing.
#
# Usage: tools/promtool/install.sh         prints the path of promtool
set -eu

if command -v promtool; then
  exit 0
fi
# The test suite looks there too.
folder="${XDG_CACHE_HOME:-$HOME/.cache}/halcyon/promtool"
if [ -x "$folder/promtool" ]; then
  echo "$folder/promtool"
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg >/dev/null 2>&1; then
  echo "promtool is not on the PATH: install Prometheus, which it is a part of." >&2
  exit 4
fi

mkdir -p "$folder"
build=$(mktemp -d "$folder/build.XXXXXX")
trap 'rm -rf "$build"' EXIT
trap 'exit 130' INT TERM
echo "Unpacking promtool from the package prometheus (once, some seconds)." >&2
cd "$build"
download() {
  # The user that apt downloads as may not write here.
  apt-get -o Acquire::Retries=3 -o APT::Sandbox::User="$(id -un)" download -q prometheus >&2
}
if ! download; then
  if [ "$(id -u)" != 0 ]; then
    echo "The package prometheus is not known here: run apt-get update as root, or install promtool." >&2
    exit 4
  fi
  apt-get -o Acquire::Retries=3 update -q >&2
  download
fi
dpkg -x prometheus_*.deb .
mv -f usr/bin/promtool "$folder/promtool"
echo "$folder/promtool"
