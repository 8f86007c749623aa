package dev.halcyon.transformer;

import dev.halcyon.tensors.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/// A model whose tensors and `config.json` are in a folder.
record OpenedFolder(DecoderModel model, Checkpoint checkpoint) implements AutoCloseable {
  static OpenedFolder open(Path folder) throws IOException {
    return open(folder, Files.readAllBytes(folder.resolve("config.json")), Set.of());
  }

  /// As [#open(Path)], with another config.
  static OpenedFolder open(Path folder, byte[] configJson, Set<String> allowedFields)
      throws IOException {
    Checkpoint checkpoint = Checkpoint.open(folder);
    try {
      WeightSource weights = WeightSource.of(checkpoint);
      return new OpenedFolder(DecoderModel.of(weights, configJson, allowedFields), checkpoint);
    } catch (Throwable e) {
      checkpoint.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    checkpoint.close();
  }
}
