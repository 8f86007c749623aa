package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/// The output matrix in blocks of the vocabulary, walked through several times: held in memory
/// where it is small, else read again for every walk.
final class HeadBlocks implements AutoCloseable {
  private final Parameter head;
  private final long blockRows;
  private final ElementType type;
  private final Scope scope;
  private final List<Tensor> held = new ArrayList<>();
  private final Optional<HostMemory.Block> memory;
  private final WeightStream stream;

  /// What is done with a block.
  interface Work {
    /// Takes a block.
    ///
    /// @param first row of the block
    /// @param weight [rows, hidden]
    void on(long first, Tensor weight);
  }

  /// @param scope that outlives this
  /// @param walks through the matrix that there will be
  /// @param memory of the whole matrix as float32, or empty to read it for every walk
  HeadBlocks(
      Scope scope,
      Parameter head,
      long blockRows,
      ElementType type,
      WeightReader reader,
      ExecutorService thread,
      int walks,
      Optional<HostMemory.Block> memory)
      throws IOException {
    this.scope = scope;
    this.head = head;
    this.blockRows = blockRows;
    this.type = type;
    this.memory = memory;
    this.stream = new WeightStream(reader, thread, parts(memory.isPresent() ? 1 : walks));
    if (memory.isPresent()) {
      hold(memory.get().segment());
    }
  }

  /// Hands over every block in order.
  void walk(Work work) throws IOException {
    if (held.isEmpty()) {
      walkStream(work);
      return;
    }
    for (int i = 0; i < held.size(); i++) {
      work.on(i * blockRows, held.get(i));
    }
  }

  @Override
  public void close() {
    held.forEach(Tensor::close);
    stream.close();
    memory.ifPresent(HostMemory.Block::close);
  }

  private void hold(MemorySegment all) throws IOException {
    long row = columns() * Float.BYTES;
    for (long first = 0; first < rows(); first += blockRows) {
      try (WeightStream.Loaded loaded = stream.next()) {
        MemorySegment target = all.asSlice(first * row, count(first) * row);
        target.copyFrom(loaded.slice(head.name()));
        held.add(typed(scope, target, first));
      }
    }
  }

  private void walkStream(Work work) throws IOException {
    for (long first = 0; first < rows(); first += blockRows) {
      try (WeightStream.Loaded loaded = stream.next();
          Scope temporary = scope.open()) {
        work.on(first, typed(temporary, loaded.slice(head.name()), first));
      }
    }
  }

  private Tensor typed(Scope owner, MemorySegment values, long first) {
    Tensor wide = owner.wrap(values, count(first), columns());
    return type == ElementType.FLOAT32 ? wide : owner.torch().cast(wide, type);
  }

  private List<WeightStream.Part> parts(int walks) {
    List<WeightStream.Part> parts = new ArrayList<>();
    for (int walk = 0; walk < walks; walk++) {
      for (long first = 0; first < rows(); first += blockRows) {
        parts.add(
            new WeightStream.Part(
                List.of(
                    new WeightStream.Slice(
                        head.name(), first * columns(), count(first) * columns()))));
      }
    }
    return parts;
  }

  private long count(long first) {
    return Math.min(blockRows, rows() - first);
  }

  private long rows() {
    return head.dimensions().getFirst();
  }

  private long columns() {
    return head.dimensions().getLast();
  }
}
