package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.FisherTask.NamedModel;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.contracts.store.TensorCopy.InFile;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.contracts.store.TensorCopy.Location;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Models that a Fisher worker's engine runs: what they need, and where workers learn of it.
final class EngineModels {
  private static final long LARGEST_FILE = 256L << 20;

  private final ObjectStore store;

  EngineModels(ObjectStore store) {
    this.store = store;
  }

  /// @throws BadInputException where the model lacks one of the files
  static void requireFiles(ModelTensors model, List<String> files) {
    String source = model.model().source();
    for (String name : files) {
      Location file = model.files().get(name);
      if (file == null && !isLeftToTheWorker(model, name)) {
        throw new BadInputException("[%s] %s".formatted(source, PlacedModel.missing(name)));
      }
      if (file != null && bytes(file) > LARGEST_FILE) {
        throw new BadInputException(
            "[%s] %s has %d bytes, too many for this file".formatted(source, name, bytes(file)));
      }
    }
  }

  /// The worker reads the configuration first, and may refuse the model for its architecture, which
  /// no tokenizer helps. Of a model on the Hub it would do so after gigabytes have been fetched.
  private static boolean isLeftToTheWorker(ModelTensors model, String file) {
    return file.equals(PlacedModel.TOKENIZER) && !model.model().onHub();
  }

  private static long bytes(Location file) {
    return switch (file) {
      case InFile inPlace -> inPlace.size();
      case InStore object -> object.origin().orElseThrow().bytes();
    };
  }

  /// Digests of what a local model's fingerprint does not say, its configuration and its tokenizer;
  /// a commit says all. An adapter's files are the base's.
  static List<String> companions(Collection<ModelTensors> models) throws IOException {
    List<String> digests = new ArrayList<>();
    for (ModelTensors model : models.stream().distinct().toList()) {
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

  /// Puts where the parts of a model are.
  NamedModel put(String jobId, int attempt, ModelTensors model) throws IOException {
    byte[] parts = Json.bytes(model.placed());
    String sha256 = Digest.sha256(parts);
    String key = StoreKeys.fisherModel(jobId, attempt, model.name(), sha256);
    store.putIfAbsent(key, parts);
    return new NamedModel(
        model.name(), model.model().source(), new StoredObject(key, parts.length, sha256));
  }
}
