package dev.halcyon.services.fisher;

import dev.halcyon.contracts.PlacedModel;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.transformer.DecoderModel;
import dev.halcyon.transformer.ModelTokenizer;
import java.io.IOException;

/// A task's model with its tokenizer.
record OpenedModel(DecoderModel model, ModelTokenizer tokenizer, PlacedWeights weights)
    implements AutoCloseable {
  private static final long LARGEST_CONFIG = 4 << 20;
  private static final long LARGEST_TOKENIZER = 256 << 20;

  /// @throws BadInputException where it is no model that is computed, has no tokenizer, or is no
  ///   longer the one that was planned
  static OpenedModel open(PlacedModel placed, ModelObjects objects) throws IOException {
    PlacedWeights weights = PlacedWeights.open(placed, objects);
    try {
      return open(weights);
    } catch (IOException e) {
      weights.close();
      throw e;
    } catch (RuntimeException e) {
      weights.close();
      throw EngineFailures.classed(placed.source(), e);
    }
  }

  private static OpenedModel open(PlacedWeights weights) throws IOException {
    byte[] config = weights.file(PlacedModel.CONFIG, LARGEST_CONFIG);
    ModelTokenizer tokenizer =
        ModelTokenizer.of(
            weights.name() + " " + PlacedModel.TOKENIZER,
            weights.file(PlacedModel.TOKENIZER, LARGEST_TOKENIZER));
    try {
      return new OpenedModel(DecoderModel.of(weights, config), tokenizer, weights);
    } catch (Throwable e) {
      tokenizer.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try (weights;
        model) {
      tokenizer.close();
    }
  }
}
