package dev.halcyon.contracts;

import java.util.List;
import java.util.Optional;

/// Which texts a request wants something computed on.
public sealed interface CalibrationSettings permits FisherSettings, DivergenceSettings {
  /// File of texts, or a data set's name; the built-in texts where neither this nor `textFiles` is
  /// there.
  Optional<String> calibration();

  /// Folder with a text a file.
  Optional<String> textFiles();

  /// Field or column that holds the text.
  String textField();

  /// Texts to take, from the first.
  Integer samples();

  /// Tokens at which a sample is cut.
  Integer maxLength();

  /// The same with texts from elsewhere.
  CalibrationSettings from(Optional<String> file, Optional<String> folder, String field);

  static void requireOneSource(Optional<String> calibration, Optional<String> textFiles) {
    if (calibration.isPresent() && textFiles.isPresent()) {
      throw new InvalidMessageException("set `calibration` or `text_files`, not both");
    }
  }

  static void requireBetween(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw new InvalidMessageException(
          max == Integer.MAX_VALUE
              ? "`%s` is %d; it must be %d or more".formatted(field, value, min)
              : "`%s` is %d; it must be from %d to %d".formatted(field, value, min, max));
    }
  }

  /// Names of fields of `config.json`, sorted, each once: their order makes no other request.
  static List<String> names(List<String> fields) {
    if (fields == null) {
      return List.of();
    }
    if (fields.stream().anyMatch(field -> field == null || field.isBlank())) {
      throw new InvalidMessageException("`allow_config_fields` contains a blank name");
    }
    return fields.stream().sorted().distinct().toList();
  }
}
