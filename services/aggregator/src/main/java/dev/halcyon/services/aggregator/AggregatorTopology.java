package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.Topic;
import dev.halcyon.services.common.DeadLetters;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// How records flow through the aggregator:
///
/// ```
/// job-plans ──────┐                      ┌─> fisher-tasks
/// tensor-results ─┤                      ├─> reports
/// fisher-results ─┼─> JobProcessor ──────┼─> job-states ─> all instances' view of all jobs
/// job-events ─────┘    (job records)     ├─> job-events (of records that cannot be counted)
///                                        └─> dead letters
/// ```
///
/// State is in memory and in changelog topics on the broker: it is small, and no disk need survive.
final class AggregatorTopology {
  static final String RECORDS = "job-records";
  static final String ALL_JOBS = "all-jobs";
  static final String FISHER_TASKS = "fisher-tasks";
  static final String FETCH_TASKS = "fetch-tasks";
  static final String REPORTS = "reports";
  static final String STATES = "states";
  static final String EVENTS = "events";
  static final String DEAD_LETTERS = "dead-letters";
  private static final String PROCESSOR = "job-processor";

  private AggregatorTopology() {}

  /// The topics that are counted.
  static List<Topic> inputs() {
    return List.of(Topic.JOB_PLANS, Topic.TENSOR_RESULTS, Topic.FISHER_RESULTS, Topic.JOB_EVENTS);
  }

  static Topology build(
      JobProcessor.Handlers handlers,
      Optional<RetentionSchedule> retention,
      JobObserver observer,
      DeadLetters deadLetters) {
    Serializer<String> keys = new StringSerializer();
    Serializer<byte[]> values = new ByteArraySerializer();
    Topology topology = new Topology();
    inputs().forEach(topic -> source(topology, topic));
    topology
        .addProcessor(
            PROCESSOR,
            () -> new JobProcessor(handlers, retention, observer, deadLetters),
            inputs().stream().map(Topic::topicName).toArray(String[]::new))
        .addStateStore(store(RECORDS).withCachingEnabled(), PROCESSOR)
        .addSink(
            FISHER_TASKS, Topic.FISHER_TASKS.topicName(), keys, values, new EvenSpread(), PROCESSOR)
        .addSink(FETCH_TASKS, Topic.FETCH_TASKS.topicName(), keys, values, PROCESSOR)
        .addSink(REPORTS, Topic.REPORTS.topicName(), keys, values, PROCESSOR)
        .addSink(STATES, Topic.JOB_STATES.topicName(), keys, values, PROCESSOR)
        .addSink(EVENTS, Topic.JOB_EVENTS.topicName(), keys, values, PROCESSOR)
        .addSink(
            DEAD_LETTERS,
            (_, _, context) -> context.topic() + Topic.DEAD_LETTER_SUFFIX,
            keys,
            values,
            PROCESSOR);
    topology.addGlobalStore(
        store(ALL_JOBS).withLoggingDisabled(),
        ALL_JOBS + "-source",
        new StringDeserializer(),
        new ByteArrayDeserializer(),
        Topic.JOB_STATES.topicName(),
        ALL_JOBS + "-view",
        JobView::new);
    return topology;
  }

  private static void source(Topology topology, Topic topic) {
    Deserializer<String> keys = new StringDeserializer();
    Deserializer<byte[]> values = new ByteArrayDeserializer();
    topology.addSource(topic.topicName(), keys, values, topic.topicName());
  }

  private static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.ByteArray());
  }

  /// Keeps the newest state of every job, whichever instance counts it. A record without a key is
  /// no job's.
  private static final class JobView extends ContextualProcessor<String, byte[], Void, Void> {
    @Override
    public void process(Record<String, byte[]> state) {
      if (state.key() != null) {
        KeyValueStore<String, byte[]> all = context().getStateStore(ALL_JOBS);
        all.put(state.key(), state.value());
      }
    }
  }
}
