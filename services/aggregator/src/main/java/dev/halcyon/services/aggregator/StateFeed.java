package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.json.Json;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/// Publishes the states of jobs: at once if a status changes, and a few times a second while only
/// counts change, since a model has hundreds of tensors.
final class StateFeed {
  static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration CLEARING = Duration.ofSeconds(10);

  private final ProcessorContext<String, byte[]> context;
  private final JobObserver observer;
  private final Map<String, JobState> untold = new LinkedHashMap<>();
  private final Set<String> observed = new HashSet<>();

  StateFeed(ProcessorContext<String, byte[]> context, JobObserver observer) {
    this.context = context;
    this.observer = observer;
    var _ = context.schedule(PAUSE, PunctuationType.WALL_CLOCK_TIME, _ -> tellCounts());
    var _ = context.schedule(CLEARING, PunctuationType.WALL_CLOCK_TIME, _ -> observer.timePassed());
  }

  /// Jobs whose records this instance has taken over.
  void taken(List<JobState> states) {
    states.forEach(state -> {
      observed.add(state.jobId());
      observer.taken(state);
    });
  }

  void turned(JobState state) {
    untold.remove(state.jobId());
    tell(state);
    JobLog.turned(state);
  }

  void counted(JobState state) {
    untold.put(state.jobId(), state);
  }

  void removed(String jobId) {
    untold.remove(jobId);
    observed.remove(jobId);
    observer.gone(jobId);
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
    observed.add(state.jobId());
    observer.changed(state);
  }

  /// Another instance counts these jobs from now on, or none.
  void close() {
    observed.forEach(observer::gone);
  }
}
