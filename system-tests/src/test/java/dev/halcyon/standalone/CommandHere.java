package dev.halcyon.standalone;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/// The `halcyon` command in the JVM of the test: for tests of what a command computes. Tests of how
/// its process starts and ends use [CommandProcess].
final class CommandHere {
  private CommandHere() {}

  /// Runs a command to its end.
  static CommandProcess.Ended run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command = Halcyon.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int status = command.execute(arguments);
    return new CommandProcess.Ended(status, out.toString(), err.toString().strip());
  }
}
