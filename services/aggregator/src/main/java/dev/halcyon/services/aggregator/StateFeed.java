package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/// Tells what jobs have come to: at once where one turned, and a few times a second while one only
/// counts, since a model has hundreds of tensors and nobody reads that fast.
final class StateFeed {
  static final Duration PAUSE = Duration.ofMillis(100);

  private final ProcessorContext<String, byte[]> context;
  private final Consumer<JobState> observer;
  private final Map<String, JobState> untold = new LinkedHashMap<>();

  StateFeed(ProcessorContext<String, byte[]> context, Consumer<JobState> observer) {
    this.context = context;
    this.observer = observer;
    var _ = context.schedule(PAUSE, PunctuationType.WALL_CLOCK_TIME, _ -> tellCounts());
  }

  void turned(JobState state) {
    untold.remove(state.jobId());
    tell(state);
  }

  void counted(JobState state) {
    untold.put(state.jobId(), state);
  }

  void removed(String jobId) {
    untold.remove(jobId);
    context.forward(
        new Record<>(jobId, null, context.currentSystemTimeMs()), AggregatorTopology.STATES);
  }

  private void tellCounts() {
    untold.values().forEach(this::tell);
    untold.clear();
  }

  private void tell(JobState state) {
    context.forward(
        new Record<>(state.jobId(), Json.bytes(state), context.currentSystemTimeMs()),
        AggregatorTopology.STATES);
    observer.accept(state);
  }
}
