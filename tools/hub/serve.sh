#!/bin/sh
# Runs the local Hub that the tests use (libs/hub, HubServerMain) as a process of its own: prints
# `endpoint=<url> cdn=<url>` when it is ready and ends when its standard input does.
#
# Usage: tools/hub/serve.sh --root DIR [--latency-ms N] [--megabytes-per-second N] [--token T] [--gated NAME] …
set -eu
home=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$home/.mvn/find-jdk.sh"
find_jdk

module="$home/libs/hub"
path="$module/target/test.classpath"
if [ ! -f "$path" ] || [ -n "$(find "$module/src" -name '*.java' -newer "$path" -print | head -n 1)" ]; then
  (cd "$home" && ./mvnw -q -B -Dspotless.check.skip test-compile dependency:build-classpath \
    -Dmdep.includeScope=test -Dmdep.outputFile=target/test.classpath -pl libs/hub -am) >&2
fi
exec "$JAVA_HOME/bin/java" ${HALCYON_HUB_JAVA_OPTS:--Xmx512m} \
  -cp "$module/target/test-classes:$module/target/classes:$(cat "$path")" dev.halcyon.hub.fixture.HubServerMain "$@"
