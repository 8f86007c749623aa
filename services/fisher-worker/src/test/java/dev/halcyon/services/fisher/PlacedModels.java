package dev.halcyon.services.fisher;

import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.HubRange;
import dev.halcyon.contracts.store.TensorCopy.InFile;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.contracts.store.TensorCopy.Location;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.models.ModelFolder;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Models of local folders as the fetcher hands them to workers.
final class PlacedModels {
  static final String REPOSITORY = "org/base";
  static final String COMMIT = "0123456789012345678901234567890123456789";
  static final ModelFolder FOLDER = ModelFolder.of(REPOSITORY, COMMIT);

  private PlacedModels() {}

  /// The folder's files, to be read in place.
  static PlacedModel inPlace(Path folder) throws IOException {
    Map<String, Location> files = new LinkedHashMap<>();
    for (String name : PlacedModel.FILES) {
      if (Files.exists(folder.resolve(name))) {
        files.put(name, file(folder.resolve(name), 0));
      }
    }
    Map<String, TensorCopy> tensors = new LinkedHashMap<>();
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      for (TensorInfo tensor : checkpoint.tensors()) {
        tensors.put(tensor.name(), copy(tensor, file(tensor.file(), tensor.offset())));
      }
    }
    return new PlacedModel(folder.toString(), files, tensors);
  }

  /// The folder's content as objects of the store, as if it had come from the Hub.
  static PlacedModel inStore(Path folder, ObjectStore store) throws IOException {
    Map<String, Location> files = new LinkedHashMap<>();
    for (String name : PlacedModel.FILES) {
      byte[] content = Files.readAllBytes(folder.resolve(name));
      files.put(name, put(store, FOLDER.fileKey(name), content));
    }
    Map<String, TensorCopy> tensors = new LinkedHashMap<>();
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      for (TensorInfo tensor : checkpoint.tensors()) {
        byte[] content = new byte[(int) tensor.bytes()];
        checkpoint.bytes(tensor).read(0, MemorySegment.ofArray(content));
        tensors.put(
            tensor.name(), copy(tensor, put(store, FOLDER.tensorKey(tensor.name()), content)));
      }
    }
    return new PlacedModel("hf:" + REPOSITORY + "@" + COMMIT, files, tensors);
  }

  /// Puts the description that tasks refer to.
  static StoredObject put(ObjectStore store, PlacedModel model) throws IOException {
    byte[] content = Json.bytes(model);
    String sha256 = Digest.sha256(content);
    store.put("placed/" + sha256, content);
    return new StoredObject("placed/" + sha256, content.length, sha256);
  }

  private static InStore put(ObjectStore store, String key, byte[] content) throws IOException {
    store.put(key, content);
    HubRange origin =
        new HubRange(
            REPOSITORY, COMMIT, "a-file", content.length, 0, content.length, Optional.empty());
    return new InStore(key, Optional.of(origin));
  }

  private static InFile file(Path path, long offset) throws IOException {
    BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
    return new InFile(path.toString(), offset, now.size(), now.lastModifiedTime().toInstant());
  }

  private static TensorCopy copy(TensorInfo tensor, Location location) {
    return TensorCopy.plain(
        "base",
        StoredTensor.whole(
            tensor.name(), tensor.dtype(), tensor.shape(), tensor.bytes(), location));
  }
}
