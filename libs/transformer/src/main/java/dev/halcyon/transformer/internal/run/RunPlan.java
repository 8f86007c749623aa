package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.ActivationMode;
import dev.halcyon.transformer.FisherEstimate;
import dev.halcyon.transformer.FisherOptions;
import dev.halcyon.transformer.MemoryBudget;
import dev.halcyon.transformer.OutOfBudgetException;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.blueprint.Layer;
import dev.halcyon.transformer.internal.blueprint.Parameter;
import java.util.List;

/// How a run is going to use memory: decided once, before anything is computed, from sizes alone,
/// so that the same request runs the same way.
///
/// @param packRows rows that go through a layer together
/// @param headWhole whether the output matrix stays in memory as float32
/// @param logitBytes for the logits of a chunk
/// @param chunkRows rows that go through the head together
/// @param groupRows rows whose layer inputs are held at one time
/// @param keptLayers whose activations stay in memory, counted from the last
/// @param estimate its cost
record RunPlan(
    long packRows,
    boolean headWhole,
    long logitBytes,
    long chunkRows,
    long groupRows,
    int keptLayers,
    FisherEstimate estimate) {
  /// Enough rows for matrix products to run at full rate, few enough that a pack's activations do
  /// not fall out of the cache between operations.
  private static final long PACK_BYTES = 64 << 20;

  private static final long FEWEST_ROWS = 256;
  private static final long MOST_ROWS = 1024;

  private static final long MOST_LOGITS = 64 << 20;

  static RunPlan of(Blueprint blueprint, List<Sequence> samples, FisherOptions options) {
    return new Sizes(blueprint, samples, options).plan();
  }

  /// Bytes of what a run needs.
  private record Sizes(Blueprint blueprint, List<Sequence> samples, FisherOptions options) {
    RunPlan plan() {
      MemoryBudget budget = options.budget();
      long packRows = Math.clamp(PACK_BYTES / activations(), FEWEST_ROWS, MOST_ROWS);
      boolean whole = head() <= budget.memory() / 4;
      long logits = Math.min(MOST_LOGITS, budget.memory() / 8);
      long chunk = Math.max(1, logits / (4L * blueprint.vocabulary()));
      long fixed = head() + (whole ? head() : 0) + logits;
      long memory = budget.memory() - fixed;
      long groupRows = groupRows(memory, budget.disk());
      List<List<Integer>> groups = Packer.cut(samples, numbers(), groupRows, budget.samples());
      long most = groups.stream().mapToLong(this::rows).max().orElse(0);
      long held = most * row() + (groups.size() > 1 ? sums() : 0);
      int kept = keptLayers(memory - held, most);
      long disk = Math.max(0, held - memory);
      long work = fixed + Math.clamp(memory, 0, held) + kept * most * activations();
      long layer = 3 * largestLayer() + 3 * Math.max(packRows, longest()) * activations();
      return new RunPlan(
          packRows,
          whole,
          logits,
          chunk,
          groupRows,
          kept,
          new FisherEstimate(rows(), groups.size(), kept, work + layer, disk));
    }

    /// As many rows as fit in memory and on disk; where they are not all, there is also the room
    /// that sums of squares take between groups.
    private long groupRows(long memory, long disk) {
      boolean together = samples.size() <= options.budget().samples();
      if (together && rows() * row() <= memory + disk) {
        return rows();
      }
      long room = memory + disk - sums();
      if (room < longest() * row()) {
        throw new OutOfBudgetException(longest() * row() - room, options.budget());
      }
      return room / row();
    }

    /// @param rows of the largest group
    private int keptLayers(long memory, long rows) {
      int layers = blueprint.layers().size();
      return switch (options.activations()) {
        case ActivationMode.KEEP -> layers;
        case ActivationMode.RECOMPUTE -> 0;
        case ActivationMode.AUTO -> Math.clamp(memory / (rows * activations()), 0, layers);
      };
    }

    private List<Integer> numbers() {
      return java.util.stream.IntStream.range(0, samples.size()).boxed().toList();
    }

    private long rows() {
      return samples.stream().mapToLong(Sequence::rows).sum();
    }

    private long rows(List<Integer> group) {
      return group.stream().mapToLong(number -> samples.get(number).rows()).sum();
    }

    private long longest() {
      return samples.stream().mapToLong(Sequence::rows).max().orElse(0);
    }

    /// A row's layer inputs, its gradient, and its share of the embedding's gradient.
    private long row() {
      return RowStore.bytes(blueprint.layers().size() + 3L, blueprint.hidden());
    }

    private long head() {
      return SquareSum.bytes(blueprint.headParameter());
    }

    private long sums() {
      return blueprint.elements() * Float.BYTES;
    }

    private long largestLayer() {
      return blueprint.layers().stream()
              .mapToLong(layer -> layer.parameters().stream().mapToLong(Parameter::elements).sum())
              .max()
              .orElse(0)
          * Float.BYTES;
    }

    /// A row's activations that a layer's backward pass needs.
    private long activations() {
      Layer layer = blueprint.layers().getFirst();
      long hidden = 5L * blueprint.hidden();
      long heads = 2L * (layer.attention().queryWidth() + layer.attention().keyWidth());
      return (hidden + heads + 3L * layer.feedForward().inner()) * Float.BYTES;
    }
  }
}
