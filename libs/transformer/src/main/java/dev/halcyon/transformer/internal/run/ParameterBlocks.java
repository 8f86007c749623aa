package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// A parameter of two models in blocks of rows, walked through several times: held in memory where
/// it is small, else read again for every walk.
final class ParameterBlocks implements AutoCloseable {
  private final DivergenceContext run;
  private final Scope scope;
  private final Parameter parameter;
  private final List<WeightReader> readers;
  private final List<Held> held = new ArrayList<>();
  private final List<HostMemory.Block> memory = new ArrayList<>();

  private record Held(Tensor base, Tensor fineTune) {}

  /// What is done with a block.
  interface Work {
    /// Takes a block.
    ///
    /// @param scope for what lives no longer than the block
    /// @param first row of the block
    /// @param base float32 [rows, columns]
    /// @param fineTune likewise
    void on(Scope scope, long first, Tensor base, Tensor fineTune);
  }

  private ParameterBlocks(
      DivergenceContext run, Scope owner, Parameter parameter, List<WeightReader> readers) {
    this.run = run;
    this.scope = owner.open();
    this.parameter = parameter;
    this.readers = readers;
  }

  /// The output matrices, for several walks.
  ///
  /// @param owner that outlives this
  static ParameterBlocks heads(
      DivergenceContext run, Scope owner, WeightReader base, WeightReader fineTune)
      throws IOException {
    ParameterBlocks blocks =
        new ParameterBlocks(run, owner, run.blueprint().headParameter(), List.of(base, fineTune));
    if (run.plan().headWhole()) {
      blocks.hold();
    }
    return blocks;
  }

  /// Any matrices, read for every walk.
  static ParameterBlocks streamed(
      DivergenceContext run,
      Scope owner,
      Parameter parameter,
      WeightReader base,
      WeightReader fineTune) {
    return new ParameterBlocks(run, owner, parameter, List.of(base, fineTune));
  }

  /// Hands over every block in order.
  void walk(Work work) throws IOException {
    if (held.isEmpty()) {
      stream(work);
      return;
    }
    for (int i = 0; i < held.size(); i++) {
      try (Scope temporary = scope.open()) {
        work.on(temporary, i * blockRows(), held.get(i).base(), held.get(i).fineTune());
      }
    }
  }

  /// Sums of squares of the base's elements and of the change's.
  NodeProducts.Squares squares() throws IOException {
    double[] squares = new double[2];
    walk((temporary, first, base, fineTune) -> {
      Tensor delta = temporary.torch().difference(fineTune, base);
      double[] own = temporary.torch().squares(base, delta).doubles();
      squares[0] += own[0];
      squares[1] += own[1];
    });
    return new NodeProducts.Squares(squares[0], squares[1]);
  }

  @Override
  public void close() {
    scope.close();
    memory.forEach(HostMemory.Block::close);
  }

  private void hold() throws IOException {
    for (WeightReader reader : readers) {
      HostMemory.Block block = run.memory().insist(SquareSum.bytes(parameter));
      memory.add(block);
      reader.read(parameter.name(), 0, block.segment());
    }
    for (long first = 0; first < rows(); first += blockRows()) {
      held.add(new Held(wrap(memory.getFirst(), first), wrap(memory.getLast(), first)));
    }
  }

  private Tensor wrap(HostMemory.Block block, long first) {
    long row = columns() * Float.BYTES;
    MemorySegment rows = block.segment().asSlice(first * row, count(first) * row);
    return scope.wrap(rows, count(first), columns());
  }

  private void stream(Work work) throws IOException {
    try (WeightStream bases = new WeightStream(readers.getFirst(), run.readAhead(), parts());
        WeightStream others = new WeightStream(readers.getLast(), run.readAhead(), parts())) {
      for (long first = 0; first < rows(); first += blockRows()) {
        try (WeightStream.Loaded base = bases.next();
            WeightStream.Loaded fineTune = others.next();
            Scope temporary = scope.open()) {
          work.on(
              temporary,
              first,
              temporary.wrap(base.slice(parameter.name()), count(first), columns()),
              temporary.wrap(fineTune.slice(parameter.name()), count(first), columns()));
        }
      }
    }
  }

  private List<WeightStream.Part> parts() {
    List<WeightStream.Part> parts = new ArrayList<>();
    for (long first = 0; first < rows(); first += blockRows()) {
      parts.add(
          new WeightStream.Part(
              List.of(
                  new WeightStream.Slice(
                      parameter.name(), first * columns(), count(first) * columns()))));
    }
    return parts;
  }

  private long blockRows() {
    return SquareSum.blockRows(parameter);
  }

  private long count(long first) {
    return Math.min(blockRows(), rows() - first);
  }

  private long rows() {
    return parameter.dimensions().getFirst();
  }

  private long columns() {
    return parameter.dimensions().getLast();
  }
}
