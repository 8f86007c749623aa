package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// Every job's newest state, whichever instance counts it.
final class JobStates {
  private final KafkaStreams streams;

  JobStates(KafkaStreams streams) {
    this.streams = streams;
  }

  /// All jobs, the newest first.
  List<JobState> all() {
    List<JobState> states = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> entries = store().all()) {
      entries.forEachRemaining(entry -> states.add(Json.read(entry.value, JobState.class)));
    }
    states.sort(Comparator.comparing(JobState::started).reversed());
    return states;
  }

  Optional<JobState> find(String jobId) {
    return Optional.ofNullable(store().get(jobId)).map(state -> Json.read(state, JobState.class));
  }

  private ReadOnlyKeyValueStore<String, byte[]> store() {
    return streams.store(
        StoreQueryParameters.fromNameAndType(
            AggregatorTopology.ALL_JOBS, QueryableStoreTypes.keyValueStore()));
  }
}
