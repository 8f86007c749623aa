package dev.halcyon.standalone;

import dev.halcyon.contracts.Failure;
import dev.halcyon.services.common.Failures;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `halcyon` command.
@QuarkusMain
@Command(
    name = "halcyon",
    description = "Tells what changed between language-model checkpoints, and whether it mattered.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    subcommands = {
      CompareCommand.class,
      DemoCommand.class,
      ServeCommand.class,
      StatusCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done (what was skipped is listed)",
      "1:a fault of Halcyon's own",
      "2:wrong use of the command",
      "3:bad input: nothing to compare, a damaged file, no such folder",
      "4:environment: disk full, port taken, broker or memory",
      "130:interrupted"
    })
public final class Halcyon {
  private Halcyon() {}

  public static void main(String... args) {
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    System.setProperty("java.awt.headless", "true");
    LogManager.getLogManager();
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Halcyon())
        .setExecutionExceptionHandler((thrown, command, _) -> report(thrown, command))
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  private static int report(Throwable thrown, CommandLine command) {
    Failure failure = Failures.of(thrown);
    command.getErr().println("halcyon: " + failure.message());
    if (failure.cause() == Failure.Cause.BUG) {
      thrown.printStackTrace(command.getErr());
    }
    return ExitCode.of(failure.cause()).status();
  }
}
