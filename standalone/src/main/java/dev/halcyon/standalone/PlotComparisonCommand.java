package dev.halcyon.standalone;

import dev.halcyon.plots.ImportanceChart;
import dev.halcyon.plots.Palette;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `halcyon plot comparison`.
@Command(
    name = "comparison",
    description = "Draws the Fisher information of several models side by side.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PlotComparisonCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--inputs",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files as `plot single --input` takes them, one for each model.")
  private List<Path> inputs;

  @Option(
      names = "--model-names",
      arity = "1..*",
      paramLabel = "NAME",
      description = "Names of the models, as many as --inputs (default: the files' folders).")
  private List<String> modelNames = List.of();

  @Option(
      names = "--colors",
      arity = "1..*",
      paramLabel = "COLOR",
      description =
          "Colours of the models: #RRGGBB, red, tab:blue (default: a palette that is safe for"
              + " colour blindness).")
  private List<String> colors = List.of();

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
    Palette palette = palette();
    List<String> names = names();
    List<ImportanceFile> files = new ArrayList<>();
    for (Path input : inputs) {
      files.add(ImportanceFile.read(input));
    }
    ImportanceTable table = new ImportanceTable(files);
    output.write(
        () ->
            new ImportanceChart(title, names, palette, table.layers(), table.components()).figure(),
        spec.commandLine().getOut());
    return ExitCode.DONE.status();
  }

  private List<String> names() {
    if (modelNames.isEmpty()) {
      return inputs.stream().map(PlotComparisonCommand::folder).toList();
    }
    if (modelNames.size() != inputs.size()) {
      throw wrongUse(
          "%d --model-names for %d --inputs: give one for each"
              .formatted(modelNames.size(), inputs.size()));
    }
    return modelNames;
  }

  private static String folder(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    return folder == null || folder.getFileName() == null
        ? file.toString()
        : folder.getFileName().toString();
  }

  private Palette palette() {
    try {
      return colors.isEmpty() ? Palette.STANDARD : Palette.of(colors);
    } catch (IllegalArgumentException e) {
      throw wrongUse(e.getMessage());
    }
  }

  private ParameterException wrongUse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
