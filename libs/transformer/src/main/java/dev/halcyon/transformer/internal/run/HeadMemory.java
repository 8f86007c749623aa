package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.util.Optional;

/// Memory for the logits of a chunk of rows between the two walks through the output matrix.
///
/// @param chunkRows that go through the head together
/// @param bytes that their logits may take
/// @param host memory of that size, where the device is the host
record HeadMemory(long chunkRows, long bytes, Optional<HostMemory.Block> host)
    implements AutoCloseable {
  /// Memory for so many logits [rows, vocabulary]; empty where they take too much and are computed
  /// twice.
  Optional<Tensor> logits(Scope scope, long rows, long vocabulary) {
    long needed = rows * vocabulary * Float.BYTES;
    if (needed > bytes) {
      return Optional.empty();
    }
    return Optional.of(
        host.map(block -> scope.wrap(block.segment().asSlice(0, needed), rows, vocabulary))
            .orElseGet(() -> scope.zeros(ElementType.FLOAT32, rows, vocabulary)));
  }

  @Override
  public void close() {
    host.ifPresent(HostMemory.Block::close);
  }
}
