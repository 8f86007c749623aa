package dev.halcyon.standalone;

import dev.halcyon.hub.calibration.CalibrationRequest;
import dev.halcyon.hub.calibration.CalibrationSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `halcyon calibration`.
@Command(
    name = "calibration",
    description = "Writes calibration texts from a data set on the Hugging Face Hub.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CalibrationCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--dataset",
      required = true,
      paramLabel = "NAME",
      description =
          "codeparrot, the-stack, humaneval, code-contests, code-alpaca, gsm8k, or ORG/NAME.")
  private String dataset;

  @Option(names = "--config", paramLabel = "NAME", description = "Configuration of the data set.")
  private String config;

  @Option(names = "--split", paramLabel = "NAME", description = "Split of the data set.")
  private String split;

  @Option(names = "--text-field", paramLabel = "NAME", description = "Column with the text.")
  private String textField;

  @Option(
      names = "--language",
      paramLabel = "NAME",
      description = "Programming language, if the data set has several (default: python).")
  private String language;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "" + CalibrationRequest.SAMPLES,
      description = "Number of texts (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--min-chars",
      paramLabel = "N",
      defaultValue = "" + CalibrationRequest.MIN_CHARS,
      description = "Shorter texts are skipped (default: ${DEFAULT-VALUE}).")
  private int minChars;

  @Option(
      names = "--max-chars",
      paramLabel = "N",
      defaultValue = "" + CalibrationRequest.MAX_CHARS,
      description = "Longer texts are skipped, not truncated (default: ${DEFAULT-VALUE}).")
  private int maxChars;

  @Option(
      names = "--shuffle",
      description =
          "Takes rows from the complete split in random order (default: the first rows in order).")
  private boolean shuffle;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Seed of --shuffle (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "calibration.jsonl",
      description =
          "JSON lines with the unchanged text; a .txt file has one text on each line, with blanks"
              + " for line breaks (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Option(
      names = {"-q", "--quiet"},
      description = "Prints no counts.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    LocalLog.begin();
    if (Files.isDirectory(output)) {
      throw new ParameterException(
          spec.commandLine(), output + " is a folder: --output must be a file");
    }
    CalibrationSummary summary = HubTexts.write(request(), output);
    Console console = Console.of(spec.commandLine(), quiet);
    summary.lines().forEach(console::say);
    console.say("Texts are in " + output);
    return ExitCode.DONE.status();
  }

  private CalibrationRequest request() {
    try {
      return new CalibrationRequest(
          dataset,
          Optional.ofNullable(config),
          Optional.ofNullable(split),
          Optional.ofNullable(textField),
          Optional.ofNullable(language),
          samples,
          minChars,
          maxChars,
          shuffle ? OptionalLong.of(seed) : OptionalLong.empty());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
