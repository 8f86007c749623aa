package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.CompareRequest;
import dev.halcyon.contracts.Digest;
import dev.halcyon.contracts.FisherSettings;
import dev.halcyon.contracts.FisherTask.Range;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.PlacedModel;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.StoredObject;
import dev.halcyon.contracts.TensorCopy.InFile;
import dev.halcyon.contracts.TensorCopy.InStore;
import dev.halcyon.contracts.TensorCopy.Location;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.LocalRoots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Plans the Fisher information of a request: on which texts, of which models, and where all that
/// is read of those models is.
final class FisherPlanner {
  private static final long LARGEST_FILE = 256L << 20;

  private final FisherTexts texts;
  private final ObjectStore store;
  private final TaskSize size;

  FisherPlanner(LocalRoots roots, ObjectStore store, TaskSize size) {
    this.texts = new FisherTexts(roots, store);
    this.store = store;
    this.size = size;
  }

  /// What there is to do; empty where no Fisher information is asked for.
  ///
  /// @throws BadInputException where the texts or a model cannot be used
  Optional<FisherWork> plan(CompareRequest request, List<ModelTensors> models) throws IOException {
    if (request.fisher().isEmpty()) {
      return Optional.empty();
    }
    FisherSettings settings = request.fisher().orElseThrow();
    List<ModelTensors> chosen =
        models.stream()
            .filter(
                model -> settings.models().isEmpty() || settings.models().contains(model.name()))
            .toList();
    chosen.forEach(FisherPlanner::requireFiles);
    List<String> companions = companions(models.getFirst(), chosen);
    FisherTexts.Stored stored = texts.store(settings);
    return Optional.of(
        new FisherWork(
            settings,
            stored.reference(),
            stored.count(),
            stored.tokens(),
            size,
            chosen,
            companions,
            stored.notes()));
  }

  /// The tasks of a job; what they refer to is in the store then.
  List<Range> tasks(FisherWork work, String jobId, int attempt) throws IOException {
    List<Range> tasks = new ArrayList<>();
    for (ModelTensors model : work.models()) {
      byte[] parts = Json.bytes(model.placed());
      String sha256 = Digest.sha256(parts);
      String key = StoreKeys.fisherModel(jobId, attempt, model.name(), sha256);
      store.putIfAbsent(key, parts);
      tasks.addAll(work.tasks(jobId, attempt, model, new StoredObject(key, parts.length, sha256)));
    }
    return tasks;
  }

  private static void requireFiles(ModelTensors model) {
    String source = model.model().source();
    for (String name : PlacedModel.FILES) {
      Location file = model.files().get(name);
      if (file == null) {
        throw new BadInputException("[%s] has no %s".formatted(source, missing(name)));
      }
      if (bytes(file) > LARGEST_FILE) {
        throw new BadInputException(
            "[%s] %s has %d bytes, too many for this file".formatted(source, name, bytes(file)));
      }
    }
  }

  private static String missing(String file) {
    return file.equals(PlacedModel.TOKENIZER)
        ? file
            + "; transformers writes one:"
            + " AutoTokenizer.from_pretrained(model).save_pretrained(folder)"
        : file + ", which Fisher information is not computed without";
  }

  private static long bytes(Location file) {
    return switch (file) {
      case InFile inPlace -> inPlace.size();
      case InStore object -> object.origin().orElseThrow().bytes();
    };
  }

  /// Digests of what a local model's fingerprint does not say, its configuration and its tokenizer;
  /// a commit says all. An adapter's files are the base's.
  private static List<String> companions(ModelTensors base, List<ModelTensors> models)
      throws IOException {
    List<String> digests = new ArrayList<>();
    for (ModelTensors model : Stream.concat(Stream.of(base), models.stream()).distinct().toList()) {
      if (!model.model().onHub()) {
        for (Location file : model.files().values()) {
          if (file instanceof InFile inPlace) {
            digests.add(Digest.sha256(Files.readAllBytes(Path.of(inPlace.path()))));
          }
        }
      }
    }
    return digests;
  }
}
