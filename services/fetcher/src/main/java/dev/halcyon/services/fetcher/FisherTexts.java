package dev.halcyon.services.fetcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halcyon.calibration.Calibration;
import dev.halcyon.calibration.CalibrationException;
import dev.halcyon.calibration.CalibrationOptions;
import dev.halcyon.calibration.CalibrationReader;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.FisherTask.TextsReference;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CalibrationSettings;
import dev.halcyon.contracts.store.CalibrationTexts;
import dev.halcyon.contracts.store.CalibrationTexts.CalibrationText;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.LocalRoots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Reads the calibration texts that a request names and puts them where workers find them.
final class FisherTexts {
  private final LocalRoots roots;
  private final ObjectStore store;

  FisherTexts(LocalRoots roots, ObjectStore store) {
    this.roots = roots;
    this.store = store;
  }

  /// Bytes of text that become a token at least, in most vocabularies.
  private static final int BYTES_PER_TOKEN = 3;

  /// Texts that are in the store.
  ///
  /// @param tokens that go through a model, roughly
  /// @param notes what a reader must know of how they were made
  record Stored(TextsReference reference, int count, long tokens, List<String> notes) {
    /// Where a range begins, and the one before it ends.
    int start(int range, int ranges) {
      return (int) ((long) count * range / ranges);
    }
  }

  /// @throws BadInputException where the texts cannot be used
  Stored store(CalibrationSettings settings) throws IOException {
    Calibration calibration = read(settings);
    return new Stored(
        put(calibration),
        calibration.samples().size(),
        calibration.samples().stream()
            .mapToLong(sample -> tokens(sample.text(), settings.maxLength()))
            .sum(),
        calibration.notes());
  }

  private static long tokens(String text, int maxLength) {
    return Math.min(maxLength, Math.ceilDiv(text.getBytes(UTF_8).length, BYTES_PER_TOKEN));
  }

  private Calibration read(CalibrationSettings settings) throws IOException {
    CalibrationOptions options =
        CalibrationOptions.first(settings.samples()).withTextField(settings.textField());
    try {
      if (settings.calibration().isPresent()) {
        return CalibrationReader.ofFile(
            roots.resolve(settings.calibration().orElseThrow()), options);
      }
      if (settings.textFiles().isPresent()) {
        Path folder = roots.resolve(settings.textFiles().orElseThrow());
        if (Files.isDirectory(folder)) {
          roots.requireFiles(folder, Integer.MAX_VALUE, _ -> true);
        }
        return CalibrationReader.ofFolder(folder, options);
      }
      return CalibrationReader.builtIn(options);
    } catch (CalibrationException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }

  private TextsReference put(Calibration calibration) throws IOException {
    CalibrationTexts texts =
        new CalibrationTexts(
            calibration.samples().stream()
                .map(sample -> new CalibrationText(sample.id(), sample.text()))
                .toList());
    byte[] content = Json.bytes(texts);
    String sha256 = Digest.sha256(content);
    String key = StoreKeys.calibration(sha256);
    store.putIfAbsent(key, content);
    return new TextsReference(
        calibration.source(),
        calibration.digest(),
        calibration.blank(),
        new StoredObject(key, content.length, sha256));
  }
}
