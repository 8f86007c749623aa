package dev.halcyon.services.fisher;

import dev.halcyon.contracts.results.FisherCheckpoint;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.transformer.DecoderModel;
import dev.halcyon.transformer.ModelTokenizer;
import dev.halcyon.transformer.UnusedTensors;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// A task's model.
record OpenedModel(DecoderModel model, PlacedWeights weights) implements AutoCloseable {
  private static final long LARGEST_CONFIG = 4 << 20;
  private static final long LARGEST_TOKENIZER = 256 << 20;

  /// @throws BadInputException where it is no model that is computed, or no longer the one that was
  ///   planned
  ///
  /// @param allowedFields of the config, to pass over although it is not known what they do
  /// @param roots below which local files are read
  static OpenedModel open(
      PlacedModel placed, List<String> allowedFields, ModelObjects objects, LocalRoots roots)
      throws IOException {
    PlacedWeights weights = PlacedWeights.open(placed, objects, roots);
    try {
      return open(weights, Set.copyOf(allowedFields));
    } catch (IOException e) {
      weights.close();
      throw e;
    } catch (RuntimeException e) {
      weights.close();
      throw EngineFailures.classed(placed.source(), e);
    }
  }

  private static OpenedModel open(PlacedWeights weights, Set<String> allowedFields)
      throws IOException {
    byte[] config = weights.file(PlacedModel.CONFIG, LARGEST_CONFIG);
    return new OpenedModel(DecoderModel.of(weights, config, allowedFields), weights);
  }

  /// Its `config.json`.
  byte[] config() throws IOException {
    return weights.file(PlacedModel.CONFIG, LARGEST_CONFIG);
  }

  /// Its tokenizer; the caller closes it.
  ///
  /// @throws BadInputException where it has none that can be read
  ModelTokenizer openTokenizer() throws IOException {
    String name = weights.name();
    byte[] content = weights.file(PlacedModel.TOKENIZER, LARGEST_TOKENIZER);
    try {
      return ModelTokenizer.of(name + " " + PlacedModel.TOKENIZER, content);
    } catch (RuntimeException e) {
      throw EngineFailures.classed(name, e);
    }
  }

  /// What of the checkpoint has no part in the computation.
  FisherCheckpoint checkpoint() {
    UnusedTensors unused = model.unused();
    return new FisherCheckpoint(
        unused.weights(),
        unused.buffers(),
        new TreeMap<>(model.passedOverFields()),
        model.remark());
  }

  @Override
  public void close() throws IOException {
    weights.close();
  }
}
