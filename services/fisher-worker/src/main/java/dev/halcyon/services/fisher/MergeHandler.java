package dev.halcyon.services.fisher;

import dev.halcyon.analysis.fisher.FisherParameter;
import dev.halcyon.analysis.fisher.PartialDiagonals;
import dev.halcyon.analysis.fisher.PartialSum;
import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask.Merge;
import dev.halcyon.contracts.results.FisherOutcome;
import dev.halcyon.contracts.results.FisherOutcome.Partial;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.ReferencedObjects;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Adds up the ranges that a model's samples were computed in, tensor by tensor and in the order of
/// the ranges. Memory is the largest tensor, whatever the number of ranges.
final class MergeHandler {
  private static final long ALIGNMENT = 64;

  private final Outcomes outcomes;
  private final Machine machine;

  MergeHandler(Outcomes outcomes, Machine machine) {
    this.outcomes = outcomes;
    this.machine = machine;
  }

  FisherOutcome handle(Merge task, Consumer<FisherProgress> progress) throws IOException {
    List<FisherOutcome> ranges = new ArrayList<>();
    for (StoredObject outcome : task.outcomes()) {
      ranges.add(outcomes.read(outcome, FisherOutcome.class));
    }
    List<FisherOutcome> counting =
        ranges.stream().filter(range -> !range.samples().isEmpty()).toList();
    if (counting.isEmpty()) {
      throw new BadInputException(
          "no calibration sample is usable: %d are too short (--min-tokens), %d have no finite loss or"
                  .formatted(
                      ranges.stream().mapToLong(FisherOutcome::tooShort).sum(),
                      ranges.stream().mapToLong(range -> range.leftOut().size()).sum())
              + " gradient");
    }
    return merged(task, ranges, counting, new ProgressThrottle(progress));
  }

  /// Removes the ranges' sums, which are not needed once the merged outcome is in the store.
  void removeSums(Merge task) throws IOException {
    for (StoredObject outcome : task.outcomes()) {
      for (Partial part : outcomes.read(outcome, FisherOutcome.class).partials()) {
        outcomes.delete(part.sum());
      }
    }
  }

  private FisherOutcome merged(
      Merge task,
      List<FisherOutcome> ranges,
      List<FisherOutcome> counting,
      Consumer<FisherProgress> progress)
      throws IOException {
    List<FisherParameter> parameters = parameters(counting.getFirst());
    try (StatisticsSink sink =
        new StatisticsSink(parameters, task.chunks(), task.saveDiagonal(), machine)) {
      for (int i = 0; i < parameters.size(); i++) {
        add(parameters.get(i), parts(counting, parameters.get(i), i), sink);
        progress.accept(progress(task, counting, i + 1, parameters.size()));
      }
      Counted counted = counted(counting);
      return new FisherOutcome(
          task.model(),
          counting.getFirst().checkpoint(),
          counted.samples(),
          ranges.stream().mapToLong(FisherOutcome::tooShort).sum(),
          ranges.stream().flatMap(range -> range.leftOut().stream()).toList(),
          sink.tensors(counted),
          List.of(),
          sink.saved(outcomes, task, counting.getFirst().config()),
          Optional.empty());
    }
  }

  private void add(FisherParameter parameter, List<Partial> parts, StatisticsSink sink)
      throws IOException {
    List<ReferencedObjects.Pieces> objects =
        parts.stream().map(part -> outcomes.pieces(part.sum())).toList();
    List<PartialSum> sums = new ArrayList<>();
    for (int range = 0; range < parts.size(); range++) {
      Partial part = parts.get(range);
      sums.add(
          new PartialSum(range, part.sum().size(), objects.get(range)::read, part.sampleSums()));
    }
    PartialDiagonals diagonals = PartialDiagonals.of(parameter.name(), sums);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment mean = arena.allocate(parts.getFirst().sum().size(), ALIGNMENT);
      diagonals.mean(mean);
      objects.forEach(ReferencedObjects.Pieces::check);
      double[] sampleSums =
          diagonals.sampleSums().stream().mapToDouble(Double::doubleValue).toArray();
      sink.take(parameter.name(), parameter.shape(), mean, sampleSums);
    }
  }

  private static List<FisherParameter> parameters(FisherOutcome range) {
    return range.partials().stream()
        .map(part -> new FisherParameter(part.parameter(), part.shape()))
        .toList();
  }

  /// Every range computes the parameters in the same order.
  private static List<Partial> parts(
      List<FisherOutcome> ranges, FisherParameter parameter, int place) {
    List<Partial> parts = ranges.stream().map(range -> range.partials().get(place)).toList();
    if (!parts.stream().allMatch(part -> part.parameter().equals(parameter.name()))) {
      throw new IllegalStateException("the ranges differ in the place of " + parameter.name());
    }
    return parts;
  }

  private static Counted counted(List<FisherOutcome> ranges) {
    var samples = ranges.stream().flatMap(range -> range.samples().stream()).toList();
    return new Counted(IntStream.range(0, samples.size()).boxed().toList(), samples, List.of());
  }

  private static FisherProgress progress(
      Merge task, List<FisherOutcome> ranges, int done, int total) {
    long samples = ranges.stream().mapToLong(range -> range.samples().size()).sum();
    return new FisherProgress(task.model(), task.name(), done, total, samples, done, total);
  }
}
