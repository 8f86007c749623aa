package dev.halcyon.standalone;

import dev.halcyon.contracts.job.Failure;
import dev.halcyon.services.common.Failures;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The `halcyon` command.
@Command(
    name = "halcyon",
    description = "Shows what changed between language-model checkpoints, and whether it matters.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    subcommands = {
      CompareCommand.class,
      FisherCommand.class,
      DivergenceCommand.class,
      AnalyzeCommand.class,
      TaskVectorCommand.class,
      ExportCommand.class,
      PlotCommand.class,
      CalibrationCommand.class,
      DemoCommand.class,
      ServeCommand.class,
      StatusCommand.class,
      ResultsCommand.class,
      ModelsCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:success (skipped tensors are listed)",
      "1:internal error: a bug in Halcyon",
      "2:wrong usage of the command",
      "3:bad input: nothing to compare, a damaged file, no such folder",
      "4:environment: disk full, port in use, broker or Hub not reachable, out of memory",
      "5:done, and the condition of --fail-if holds",
      "130:interrupted by Ctrl-C; 143: by SIGTERM"
    })
public final class Halcyon implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private Halcyon() {}

  /// Without a command there is nothing to do but to say what there is.
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE.status();
  }

  public static void main(String... args) {
    System.setProperty("java.awt.headless", "true");
    Ending.isTheCommands();
    Ending.with(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Halcyon())
        .setParameterExceptionHandler((thrown, _) -> misused(thrown))
        .setExecutionExceptionHandler((thrown, command, _) -> report(thrown, command.getErr()))
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /// Says what was wrong with the command line, and who knows what would be right.
  private static int misused(CommandLine.ParameterException thrown) {
    CommandLine command = thrown.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("halcyon: " + thrown.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(thrown, err)) {
      err.println("Run `%s --help` for usage.".formatted(command.getCommandSpec().qualifiedName()));
    }
    err.flush();
    return ExitCode.USAGE.status();
  }

  /// Says what went wrong, a fault of our own with its trace; returns the exit status.
  static int report(Throwable thrown, PrintWriter err) {
    Failure failure = Failures.of(thrown);
    err.println("halcyon: " + failure.message());
    if (failure.cause() == Failure.Cause.BUG) {
      thrown.printStackTrace(err);
    }
    err.flush();
    return ExitCode.of(failure.cause()).status();
  }
}
