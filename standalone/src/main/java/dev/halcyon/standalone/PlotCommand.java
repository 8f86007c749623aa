package dev.halcyon.standalone;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `halcyon plot`.
@Command(
    name = "plot",
    description = "Draws Fisher information from saved JSON, of one model or of several.",
    mixinStandardHelpOptions = true,
    subcommands = {PlotSingleCommand.class, PlotComparisonCommand.class})
final class PlotCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "give `plot single` or `plot comparison`");
  }
}
