package dev.halcyon.services.fisher;

import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.results.FisherOutcome.Partial;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/// Puts each parameter's sum over a range into the store.
final class PartialSink implements TensorSink {
  private final Outcomes outcomes;
  private final FisherTask task;
  private final List<Taken> taken = new ArrayList<>();

  PartialSink(Outcomes outcomes, FisherTask task) {
    this.outcomes = outcomes;
    this.task = task;
  }

  private record Taken(String parameter, Shape shape, List<Double> sampleSums, StoredObject sum) {}

  @Override
  public void restart() {
    taken.clear();
  }

  @Override
  public void take(String parameter, Shape shape, MemorySegment values, double[] sampleSums)
      throws IOException {
    taken.add(
        new Taken(
            parameter,
            shape,
            DoubleStream.of(sampleSums).boxed().toList(),
            outcomes.put(task, values)));
  }

  List<Partial> partials(Counted counted) {
    return taken.stream()
        .map(part ->
            new Partial(part.parameter(), part.shape(), counted.of(part.sampleSums()), part.sum()))
        .toList();
  }
}
