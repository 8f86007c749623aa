#!/bin/sh
# Makes sure that there are a Chromium and its driver, which the report's page is tested in; a second run only prints
# where they are. They are test tools: nothing of them is shipped.
# Installs Debian's packages where it may (root and apt-get); elsewhere it says what is missing.
#
# Usage: tools/chromium/install.sh         prints the paths of the browser and its driver
set -eu

found() {
  command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1
}

if ! found || ! command -v chromedriver >/dev/null 2>&1; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "chromium and chromedriver are not on the PATH: install them." >&2
    exit 4
  fi
  echo "Installing Chromium and its driver (once, a minute)." >&2
  apt-get -o Acquire::Retries=3 update -q >&2
  DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 install -q -y --no-install-recommends chromium chromium-driver >&2
fi
command -v chromium || command -v chromium-browser || command -v google-chrome
command -v chromedriver
