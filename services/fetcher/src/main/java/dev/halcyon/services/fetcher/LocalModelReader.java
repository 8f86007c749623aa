package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.InFile;
import dev.halcyon.contracts.store.TensorCopy.Location;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.TensorInfo;
import dev.halcyon.tensors.adapters.AdapterFolder;
import dev.halcyon.tensors.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the headers of a local checkpoint or adapter; tensors stay where they are.
final class LocalModelReader {
  private final LocalRoots roots;

  LocalModelReader(LocalRoots roots) {
    this.roots = roots;
  }

  /// @param name `base`, `ft1`, …
  /// @param source as the request names it
  /// @param base that the model was tuned from, so that it may be an adapter; empty for the base
  /// @throws BadInputException where it is not below a root
  ModelTensors read(String name, String source, Optional<ModelTensors> base) throws IOException {
    Path folder = roots.resolve(source);
    if (Files.isDirectory(folder)) {
      roots.requireFiles(folder, 1, LocalModelReader::isOfModel);
    }
    if (base.isPresent() && GgufModel.is(folder)) {
      return new GgufModel(name, GgufFile.open(folder), base.get()).tensors();
    }
    return base.isPresent() && AdapterFolder.is(folder)
        ? adapter(name, folder, base.get())
        : checkpoint(name, folder);
  }

  private static ModelTensors adapter(String name, Path folder, ModelTensors base)
      throws IOException {
    try (AdapterFolder adapter = AdapterFolder.open(folder)) {
      return new AdaptedModel(name, base, stored(adapter.file().tensors()))
          .tensors(
              folder.toString(),
              adapter.fingerprint(),
              adapter.config(),
              adapter.tensors(),
              adapter.note());
    }
  }

  private ModelTensors checkpoint(String name, Path folder) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      List<StoredTensor> stored = stored(checkpoint.tensors());
      Map<String, TensorCopy> tensors =
          new StoredWeights(name, folder.toString(), stored, checkpoint.quantization()).copies();
      return ModelTensors.of(
          name,
          folder.toString(),
          checkpoint.fingerprint(),
          tensors,
          files(checkpoint),
          checkpoint.notes());
    }
  }

  private static boolean isOfModel(String file) {
    return file.endsWith(".safetensors") || file.endsWith(".json");
  }

  private Map<String, Location> files(Checkpoint checkpoint) throws IOException {
    Map<String, Location> files = new LinkedHashMap<>();
    for (String name : PlacedModel.FILES) {
      Optional<Path> file = checkpoint.companion(name);
      if (file.isPresent()) {
        var _ = roots.require(file.get());
        files.put(
            name,
            inPlace(file.get(), 0, Files.readAttributes(file.get(), BasicFileAttributes.class)));
      }
    }
    return files;
  }

  static InFile inPlace(Path path, long offset, BasicFileAttributes file) {
    return new InFile(path.toString(), offset, file.size(), file.lastModifiedTime().toInstant());
  }

  private static List<StoredTensor> stored(List<TensorInfo> tensors) throws IOException {
    List<StoredTensor> stored = new ArrayList<>();
    Map<Path, BasicFileAttributes> files = new HashMap<>();
    for (TensorInfo tensor : tensors) {
      stored.add(stored(tensor, files));
    }
    return stored;
  }

  private static StoredTensor stored(TensorInfo tensor, Map<Path, BasicFileAttributes> files)
      throws IOException {
    BasicFileAttributes file = files.get(tensor.file());
    if (file == null) {
      file = Files.readAttributes(tensor.file(), BasicFileAttributes.class);
      files.put(tensor.file(), file);
    }
    return StoredTensor.whole(
        tensor.name(),
        tensor.dtype(),
        tensor.shape(),
        tensor.bytes(),
        inPlace(tensor.file(), tensor.offset(), file));
  }
}
