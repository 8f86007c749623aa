package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.blueprint.Parameter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;

/// Looks up the embeddings of all rows, walking the table once, so that a store that is far away is
/// read in few large pieces.
final class TokenEmbedder {
  private static final long BLOCK = 4 << 20;

  private final Blueprint blueprint;
  private final WeightReader reader;
  private final ExecutorService thread;

  TokenEmbedder(Blueprint blueprint, WeightReader reader, ExecutorService thread) {
    this.blueprint = blueprint;
    this.reader = reader;
    this.thread = thread;
  }

  private record Lookup(int token, long row) {}

  /// Fills the rows of these samples, end to end.
  ///
  /// @param target float32 [rows, hidden]
  void embed(List<Sequence> samples, MemorySegment target) throws IOException {
    walk(lookups(samples), target, (float) blueprint.embeddingScale());
    if (blueprint.positionParameter().isPresent()) {
      addPositions(samples, blueprint.positionParameter().get(), target);
    }
  }

  /// Fills the rows of these samples with the embedding's, as they are stored.
  ///
  /// @param target float32 [rows, hidden]
  void tokens(List<Sequence> samples, MemorySegment target) throws IOException {
    walk(lookups(samples), target, 1);
  }

  /// Fills the rows of these samples with those of the position embedding.
  ///
  /// @param target of zeros, float32 [rows, hidden]
  void positions(List<Sequence> samples, MemorySegment target) throws IOException {
    addPositions(samples, blueprint.positionParameter().orElseThrow(), target);
  }

  private static List<Lookup> lookups(List<Sequence> samples) {
    List<Lookup> lookups = new ArrayList<>();
    for (Sequence sample : samples) {
      for (int i = 0; i < sample.rows(); i++) {
        lookups.add(new Lookup(sample.token(i), lookups.size()));
      }
    }
    lookups.sort(Comparator.comparingInt(Lookup::token));
    return lookups;
  }

  private void walk(List<Lookup> lookups, MemorySegment target, float scale) throws IOException {
    long blockRows = Math.max(1, BLOCK / blueprint.hidden());
    List<Long> blocks =
        lookups.stream().map(lookup -> lookup.token() / blockRows).distinct().toList();
    int next = 0;
    try (WeightStream stream =
        new WeightStream(reader, thread, blocks.stream().map(b -> part(b, blockRows)).toList())) {
      for (long block : blocks) {
        try (WeightStream.Loaded loaded = stream.next()) {
          MemorySegment rows = loaded.slice(blueprint.tokens());
          while (next < lookups.size() && lookups.get(next).token() / blockRows == block) {
            copy(
                rows,
                lookups.get(next).token() - block * blockRows,
                target,
                lookups.get(next).row(),
                scale);
            next++;
          }
        }
      }
    }
  }

  private WeightStream.Part part(long block, long blockRows) {
    long first = block * blockRows;
    long count = Math.min(blockRows, blueprint.vocabulary() - first);
    long width = blueprint.hidden();
    return new WeightStream.Part(
        List.of(new WeightStream.Slice(blueprint.tokens(), first * width, count * width)));
  }

  private void copy(MemorySegment from, long fromRow, MemorySegment to, long toRow, float scale) {
    long source = fromRow * blueprint.hidden();
    long target = toRow * blueprint.hidden();
    for (int i = 0; i < blueprint.hidden(); i++) {
      float value = from.getAtIndex(ValueLayout.JAVA_FLOAT, source + i);
      to.setAtIndex(ValueLayout.JAVA_FLOAT, target + i, value * scale);
    }
  }

  private void addPositions(List<Sequence> samples, Parameter positions, MemorySegment target)
      throws IOException {
    int longest = samples.stream().mapToInt(Sequence::rows).max().orElse(0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows =
          arena.allocate(RowStore.bytes(longest, blueprint.hidden()), HostMemory.ALIGNMENT);
      reader.read(positions.name(), 0, rows);
      long row = 0;
      for (Sequence sample : samples) {
        for (int i = 0; i < sample.rows(); i++) {
          add(rows, i, target, row++);
        }
      }
    }
  }

  private void add(MemorySegment from, long fromRow, MemorySegment to, long toRow) {
    long source = fromRow * blueprint.hidden();
    long target = toRow * blueprint.hidden();
    for (int i = 0; i < blueprint.hidden(); i++) {
      float sum =
          to.getAtIndex(ValueLayout.JAVA_FLOAT, target + i)
              + from.getAtIndex(ValueLayout.JAVA_FLOAT, source + i);
      to.setAtIndex(ValueLayout.JAVA_FLOAT, target + i, sum);
    }
  }
}
