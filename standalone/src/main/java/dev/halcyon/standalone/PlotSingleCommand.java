package dev.halcyon.standalone;

import dev.halcyon.plots.FisherChart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `halcyon plot single`.
@Command(
    name = "single",
    description = "Draws the Fisher information of one model by layer.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PlotSingleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE",
      description =
          "layer_importance.json or component_importance.json, of `halcyon fisher` or of the"
              + " scripts that it replaces, or a report.json with one model's Fisher information.")
  private Path input;

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      defaultValue = "Fisher information by layer",
      description = "Title of the figure (default: ${DEFAULT-VALUE}).")
  private String title;

  @Mixin private FigureOutput output;

  @Override
  public Integer call() throws IOException {
    output.require();
    ImportanceFile file = ImportanceFile.read(input);
    output.write(
        () -> new FisherChart(title, "", file.shares()).figure(), spec.commandLine().getOut());
    return ExitCode.DONE.status();
  }
}
