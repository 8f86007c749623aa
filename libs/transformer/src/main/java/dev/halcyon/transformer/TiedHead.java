package dev.halcyon.transformer;

import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.TensorSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An output matrix that a checkpoint holds although its config ties it to the embedding.
///
/// Where the two are equal, it is the embedding once more. Where they differ, versions of
/// transformers disagree about which model that is, so nothing is computed.
///
/// @param weights of the model
/// @param embedding that the config ties it to
/// @param head as stored
record TiedHead(WeightSource weights, TensorSpec embedding, TensorSpec head) {
  private static final List<String> NAMES = List.of("lm_head.weight", "embed_out.weight");

  private static final long CHUNK = 1 << 20;

  static Optional<TiedHead> among(
      Map<String, TensorSpec> tensors, WeightSource weights, String embedding) {
    return NAMES.stream()
        .filter(tensors::containsKey)
        .findFirst()
        .map(name -> new TiedHead(weights, tensors.get(embedding), tensors.get(name)));
  }

  /// Reads both to the first difference.
  ///
  /// @throws UnsupportedModelException where there is one
  void requireEmbedding() throws IOException {
    if (!isEmbedding()) {
      throw new UnsupportedModelException(
          weights.name(),
          "config.json ties the output matrix to "
              + embedding.name()
              + ", but the checkpoint's "
              + head.name()
              + " is another: set tie_word_embeddings to false, or remove that tensor");
    }
  }

  private boolean isEmbedding() throws IOException {
    return head.shape().equals(embedding.shape())
        && head.dtype() == embedding.dtype()
        && sameBytes(weights.bytes(head.name()), weights.bytes(embedding.name()));
  }

  private static boolean sameBytes(TensorBytes one, TensorBytes other) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = arena.allocate(CHUNK);
      MemorySegment second = arena.allocate(CHUNK);
      for (long at = 0; at < one.size(); at += CHUNK) {
        long size = Math.min(CHUNK, one.size() - at);
        one.read(at, first.asSlice(0, size));
        other.read(at, second.asSlice(0, size));
        if (first.asSlice(0, size).mismatch(second.asSlice(0, size)) >= 0) {
          return false;
        }
      }
      return true;
    }
  }
}
