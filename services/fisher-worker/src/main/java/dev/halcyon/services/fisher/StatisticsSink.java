package dev.halcyon.services.fisher;

import dev.halcyon.analysis.fisher.FisherParameter;
import dev.halcyon.analysis.fisher.FisherPlan;
import dev.halcyon.analysis.fisher.FisherScanner;
import dev.halcyon.analysis.fisher.FisherScanner.Scanned;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.request.FisherSettings.Diagonal;
import dev.halcyon.contracts.results.FisherOutcome.SavedDiagonal;
import dev.halcyon.contracts.results.FisherTensor;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/// Takes each parameter's statistics, and saves its values where that is asked for.
final class StatisticsSink implements TensorSink, AutoCloseable {
  private final FisherPlan plan;
  private final FisherScanner scanner;
  private final Optional<DiagonalFolder> diagonal;
  private final List<Taken> taken = new ArrayList<>();

  /// @param chunks runs that each component is cut into
  /// @param save format to save the values in
  /// @param machine that takes the statistics
  StatisticsSink(
      List<FisherParameter> parameters, int chunks, Optional<Diagonal> save, Machine machine)
      throws IOException {
    plan = FisherPlan.of(parameters, chunks);
    diagonal =
        save.isPresent()
            ? Optional.of(
                DiagonalFolder.create(save.orElseThrow(), parameters, machine.budget().folder()))
            : Optional.empty();
    scanner = new FisherScanner(machine.threads());
  }

  private record Taken(String parameter, Shape shape, List<Double> sampleSums, Scanned scanned) {}

  @Override
  public void restart() throws IOException {
    taken.clear();
    if (diagonal.isPresent()) {
      diagonal.orElseThrow().restart();
    }
  }

  @Override
  public void take(String parameter, Shape shape, MemorySegment values, double[] sampleSums)
      throws IOException {
    Scanned scanned = scanner.scan(plan.parameter(parameter), values);
    if (diagonal.isPresent()) {
      diagonal.orElseThrow().write(parameter, values);
    }
    taken.add(new Taken(parameter, shape, DoubleStream.of(sampleSums).boxed().toList(), scanned));
  }

  /// All that was taken.
  List<FisherTensor> tensors(Counted counted) {
    return taken.stream().map(found -> tensor(found, counted.of(found.sampleSums()))).toList();
  }

  private static FisherTensor tensor(Taken found, List<Double> sampleSums) {
    return new FisherTensor(
        found.parameter(),
        found.shape(),
        found.scanned().statistics(),
        sampleSums,
        found.scanned().chunkSums());
  }

  /// Puts the saved diagonal into the store, where it was asked for.
  ///
  /// @param config of a checkpoint
  Optional<SavedDiagonal> saved(Outcomes outcomes, FisherTask task, Optional<StoredObject> config)
      throws IOException {
    return diagonal.isPresent()
        ? Optional.of(diagonal.orElseThrow().put(outcomes, task, config))
        : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    scanner.close();
    if (diagonal.isPresent()) {
      diagonal.orElseThrow().close();
    }
  }
}
