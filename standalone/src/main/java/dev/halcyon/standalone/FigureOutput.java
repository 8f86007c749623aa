package dev.halcyon.standalone;

import dev.halcyon.plots.figure.Figure;
import dev.halcyon.services.common.BadInputException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `--output` of commands that draw one figure.
final class FigureOutput {
  private static final String PNG = ".png";
  private static final String SVG = ".svg";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "The figure, .png or .svg.")
  private Path output;

  /// @throws ParameterException where the name says neither of the formats
  void require() {
    if (!isNamed(PNG) && !isNamed(SVG)) {
      throw new ParameterException(
          spec.commandLine(), "--output names a .png or .svg file, not " + output);
    }
  }

  private boolean isNamed(String suffix) {
    return output.toString().toLowerCase(Locale.ROOT).endsWith(suffix);
  }

  /// Draws and writes the file, whole or not at all.
  void write(Supplier<Figure> drawing, PrintWriter out) {
    Path target = output.toAbsolutePath().normalize();
    WorkFolder work = WorkFolder.create();
    Ending.atOnceAfter(work::close);
    Figure figure = drawn(drawing);
    ReplacedFile.write(target, isNamed(SVG) ? figure.svg() : figure.png());
    out.println("The figure is " + target);
    out.flush();
  }

  private static Figure drawn(Supplier<Figure> drawing) {
    try {
      return drawing.get();
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }
}
