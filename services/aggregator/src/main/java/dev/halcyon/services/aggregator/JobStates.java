package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jboss.logging.Logger;

/// Every job's newest state, whichever instance counts it.
final class JobStates {
  private static final Logger LOG = Logger.getLogger(JobStates.class);

  /// Jobs that began at the same time have an order too, so that pages neither overlap nor have
  /// gaps.
  private static final Comparator<JobState> NEWEST_FIRST =
      Comparator.comparing(JobState::started).reversed().thenComparing(JobState::jobId);

  private final Supplier<ReadOnlyKeyValueStore<String, byte[]>> store;

  JobStates(Supplier<ReadOnlyKeyValueStore<String, byte[]>> store) {
    this.store = store;
  }

  static JobStates of(KafkaStreams streams) {
    return new JobStates(() ->
        streams.store(
            StoreQueryParameters.fromNameAndType(
                AggregatorTopology.ALL_JOBS, QueryableStoreTypes.keyValueStore())));
  }

  /// Some of all jobs, the newest first.
  ///
  /// @param skipped newer ones that are left out
  /// @param most largest number of them
  List<JobState> newest(long skipped, int most) {
    List<JobState> states = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> entries = store.get().all()) {
      entries.forEachRemaining(entry -> read(entry.key, entry.value).ifPresent(states::add));
    }
    return states.stream().sorted(NEWEST_FIRST).skip(skipped).limit(most).toList();
  }

  Optional<JobState> find(String jobId) {
    return Optional.ofNullable(store.get().get(jobId)).flatMap(state -> read(jobId, state));
  }

  /// One state that cannot be read, which anybody may have put on the topic, hides no other.
  private static Optional<JobState> read(String jobId, byte[] state) {
    try {
      return Optional.of(Json.read(state, JobState.class));
    } catch (InvalidMessageException e) {
      LOG.warnf("the state of job %s on job-states is ignored: %s", jobId, e.getMessage());
      return Optional.empty();
    }
  }
}
