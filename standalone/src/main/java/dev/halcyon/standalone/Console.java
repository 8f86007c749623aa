package dev.halcyon.standalone;

import java.io.PrintWriter;
import picocli.CommandLine;

/// Where a command talks to people.
///
/// @param out for results
/// @param err for progress and errors
/// @param quiet whether only errors are said
/// @param terminal whether a person watches the progress
record Console(PrintWriter out, PrintWriter err, boolean quiet, boolean terminal) {
  static Console of(CommandLine command, boolean quiet) {
    return new Console(command.getOut(), command.getErr(), quiet, isTerminal());
  }

  /// Set by the launcher, which sees whether standard error is a terminal; the JVM only tells of
  /// both streams together.
  private static boolean isTerminal() {
    return Boolean.getBoolean("halcyon.terminal");
  }

  /// Says something unless it is to be quiet.
  void say(String line) {
    if (!quiet) {
      out.println(line);
      out.flush();
    }
  }
}
