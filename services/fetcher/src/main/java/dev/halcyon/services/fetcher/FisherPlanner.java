package dev.halcyon.services.fetcher;

import dev.halcyon.calibration.Calibration;
import dev.halcyon.calibration.CalibrationException;
import dev.halcyon.calibration.CalibrationOptions;
import dev.halcyon.calibration.CalibrationReader;
import dev.halcyon.contracts.CalibrationTexts;
import dev.halcyon.contracts.CalibrationTexts.CalibrationText;
import dev.halcyon.contracts.CompareRequest;
import dev.halcyon.contracts.Digest;
import dev.halcyon.contracts.FisherSettings;
import dev.halcyon.contracts.FisherTask.TextsReference;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.Plan.ResolvedModel;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.StoredObject;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Plans the Fisher information of a request: reads its calibration texts, puts them where workers
/// find them, and says which models are meant.
final class FisherPlanner {
  private static final List<String> COMPANIONS = List.of("config.json", "tokenizer.json");
  private static final long LARGEST_COMPANION = 256L << 20;

  private final LocalRoots roots;
  private final ObjectStore store;

  FisherPlanner(LocalRoots roots, ObjectStore store) {
    this.roots = roots;
    this.store = store;
  }

  /// What there is to do; empty where no Fisher information is asked for.
  ///
  /// @throws BadInputException where the texts or a model cannot be used
  Optional<FisherWork> plan(CompareRequest request, List<ModelTensors> models) throws IOException {
    if (request.fisher().isEmpty()) {
      return Optional.empty();
    }
    FisherSettings settings = request.fisher().orElseThrow();
    List<ResolvedModel> chosen =
        models.stream()
            .map(ModelTensors::model)
            .filter(
                model -> settings.models().isEmpty() || settings.models().contains(model.name()))
            .toList();
    List<String> companions = companions(chosen);
    Calibration calibration = read(settings);
    return Optional.of(
        new FisherWork(
            settings, put(calibration), calibration.samples().size(), chosen, companions));
  }

  private Calibration read(FisherSettings settings) throws IOException {
    CalibrationOptions options =
        CalibrationOptions.first(settings.samples()).withTextField(settings.textField());
    try {
      if (settings.calibration().isPresent()) {
        return CalibrationReader.ofFile(
            roots.resolve(settings.calibration().orElseThrow()), options);
      }
      if (settings.textFiles().isPresent()) {
        return CalibrationReader.ofFolder(
            roots.resolve(settings.textFiles().orElseThrow()), options);
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

  /// Digests of what a model's fingerprint does not say: its configuration and its tokenizer.
  private static List<String> companions(List<ResolvedModel> models) throws IOException {
    List<String> digests = new ArrayList<>();
    for (ResolvedModel model : models) {
      for (String name : COMPANIONS) {
        digests.add(digest(folder(model).resolve(name)));
      }
    }
    return digests;
  }

  private static Path folder(ResolvedModel model) {
    Path source = Path.of(model.source());
    if (!source.isAbsolute()) {
      throw new BadInputException(
          "Fisher information is computed for models in local folders, and %s is none: download it"
                  .formatted(model.source())
              + " and name its folder");
    }
    return Files.isDirectory(source) ? source : source.getParent();
  }

  private static String digest(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    if (Files.size(file) > LARGEST_COMPANION) {
      throw new BadInputException(
          "%s has %d bytes, more than any model needs".formatted(file, Files.size(file)));
    }
    return Digest.sha256(Files.readAllBytes(file));
  }
}
