# Sourced by mvnw, halcyon and the tests' launchers: sets JAVA_HOME to a JDK of the required release or newer,
# looking at JAVA_HOME, the PATH and the folders where JDKs are usually installed, in that order.

required_jdk=25

# Prints the feature release (25 for 25.0.1) of the JDK in folder $1, or nothing where there is none.
jdk_release() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

java_home_on_path() {
  javac_path=$(command -v javac 2>/dev/null) || return 0
  while [ -L "$javac_path" ]; do
    link=$(readlink "$javac_path")
    case "$link" in
      /*) javac_path=$link ;;
      *) javac_path=$(dirname "$javac_path")/$link ;;
    esac
  done
  dirname "$(dirname "$javac_path")"
}

find_jdk() {
  for candidate in "${JAVA_HOME:-}" "$(java_home_on_path)" "${JDK_HOME:-}" \
    /usr/lib/jvm/* /usr/java/* /usr/local/java/* /usr/local/lib/jvm/* /opt/java/* /opt/jdk* /opt/*jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* \
    "$HOME"/.local/share/mise/installs/java/* "$HOME"/.jenv/versions/* \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$candidate" ] || continue
    release=$(jdk_release "$candidate")
    if [ -n "$release" ] && [ "$release" -ge "$required_jdk" ]; then
      JAVA_HOME=$candidate
      export JAVA_HOME
      return 0
    fi
  done
  echo "Halcyon needs a JDK $required_jdk or newer, and none was found in JAVA_HOME, on the PATH or in the usual folders." >&2
  echo "Install one (for example Eclipse Temurin $required_jdk), or set JAVA_HOME to it." >&2
  return 4
}
