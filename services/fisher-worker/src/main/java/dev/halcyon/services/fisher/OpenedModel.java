package dev.halcyon.services.fisher;

import dev.halcyon.contracts.FisherTask.Range;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.transformer.DecoderModel;
import dev.halcyon.transformer.ModelTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A task's model with its tokenizer.
record OpenedModel(DecoderModel model, ModelTokenizer tokenizer) implements AutoCloseable {
  /// @throws BadInputException where it is no model that is computed, has no tokenizer, or is no
  ///   longer the one that was planned
  static OpenedModel open(Range task) throws IOException {
    Path source = Path.of(task.source());
    requireUnchanged(source, task.fingerprint());
    Path folder = Files.isDirectory(source) ? source : source.getParent();
    try {
      return open(folder);
    } catch (RuntimeException e) {
      throw EngineFailures.classed(task.source(), e);
    }
  }

  private static OpenedModel open(Path folder) throws IOException {
    ModelTokenizer tokenizer = ModelTokenizer.open(folder);
    try {
      return new OpenedModel(DecoderModel.open(folder), tokenizer);
    } catch (IOException | RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static void requireUnchanged(Path source, String fingerprint) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(source)) {
      if (!checkpoint.fingerprint().equals(fingerprint)) {
        throw new BadInputException(
            source + " has changed since the job was planned: run it again");
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (model) {
      tokenizer.close();
    }
  }
}
