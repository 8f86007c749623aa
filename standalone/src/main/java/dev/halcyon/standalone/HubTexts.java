package dev.halcyon.standalone;

import dev.halcyon.contracts.request.CalibrationSettings;
import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.HubConfig;
import dev.halcyon.hub.HubException;
import dev.halcyon.hub.calibration.CalibrationDatasets;
import dev.halcyon.hub.calibration.CalibrationRequest;
import dev.halcyon.hub.calibration.CalibrationSummary;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Calibration texts from data sets on the Hub that this process's environment names.
final class HubTexts {
  private static final Pattern REPOSITORY = Pattern.compile("[\\w.-]+/[\\w.-]+");

  /// Where files written here have their texts; in a request it asks for a data set's usual column.
  static final String USUAL_FIELD = CalibrationSettings.standard().textField();

  private HubTexts() {}

  /// Whether a text names a data set, and no file: a short name, or `org/name`.
  static boolean isDataset(String calibration) {
    return !Files.exists(Path.of(calibration))
        && (CalibrationDatasets.names().contains(calibration)
            || (REPOSITORY.matcher(calibration).matches() && !hasTextSuffix(calibration)));
  }

  private static boolean hasTextSuffix(String name) {
    return name.matches(".*\\.(txt|json|jsonl|parquet)");
  }

  /// The same texts, from a file in a folder in place of the data set on the Hub. The file is named
  /// after the data set, as reports say where texts come from.
  static CalibrationSettings fetch(CalibrationSettings settings, Path folder) throws IOException {
    String dataset = settings.calibration().orElseThrow();
    CalibrationRequest request =
        new CalibrationRequest(
            dataset,
            Optional.empty(),
            Optional.empty(),
            Optional.of(settings.textField()).filter(field -> !field.equals(USUAL_FIELD)),
            Optional.empty(),
            settings.samples(),
            CalibrationRequest.MIN_CHARS,
            CalibrationRequest.MAX_CHARS,
            OptionalLong.empty());
    Path file = Files.createDirectories(folder).resolve(dataset.replace("/", "--") + ".jsonl");
    write(request, file);
    return settings.from(Optional.of(file.toString()), Optional.empty(), USUAL_FIELD);
  }

  /// Writes texts, all or nothing.
  static CalibrationSummary write(CalibrationRequest request, Path output) throws IOException {
    try (HubClient client = HubClient.open(HubConfig.fromEnvironment())) {
      return new CalibrationDatasets(client).write(request, output);
    } catch (HubException e) {
      throw e.isTransient()
          ? new EnvironmentException(e.getMessage(), e)
          : new BadInputException(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }
}
