package dev.halcyon.standalone;

import dev.halcyon.contracts.request.CalibrationSettings;
import dev.halcyon.services.common.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Which texts a model is run on. What is not given is null: the settings of a request have the
/// defaults.
final class TextOptions {
  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description =
          "Texts: .txt (one on each line), .json, .jsonl or .parquet, or a data set on the Hub:"
              + " humaneval, gsm8k, ORG/NAME (default: a built-in set of code and prose).")
  private String calibration;

  @Option(
      names = "--text-files",
      paramLabel = "DIR",
      description = "A folder with one text in each file, instead of --calibration.")
  private String textFiles;

  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      description = "Field or column with the text (default: text).")
  private String textField;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Number of texts, from the first (default: 20).")
  private Integer samples;

  @Option(
      names = "--max-length",
      paramLabel = "TOKENS",
      description = "Maximum tokens of a text; longer texts are truncated (default: 256).")
  private Integer maxLength;

  @Option(
      names = "--min-tokens",
      paramLabel = "TOKENS",
      description = "Texts with fewer tokens are skipped (default: 2).")
  private Integer minTokens;

  CalibrationSettings settings() {
    return new CalibrationSettings(
        Optional.ofNullable(calibration),
        Optional.ofNullable(textFiles),
        textField,
        samples,
        maxLength,
        minTokens);
  }

  /// Fails before any work where there are no such files.
  void requirePresent() {
    if (calibration != null
        && !HubTexts.isDataset(calibration)
        && !Files.exists(Path.of(calibration))) {
      throw new BadInputException("no such calibration file: " + calibration);
    }
    if (textFiles != null && !Files.isDirectory(Path.of(textFiles))) {
      throw new BadInputException("no such folder of texts: " + textFiles);
    }
  }
}
