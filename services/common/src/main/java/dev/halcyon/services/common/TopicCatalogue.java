package dev.halcyon.services.common;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The one place that says how topics are cut, how long they keep records and how large those may
/// be.
public final class TopicCatalogue {
  /// Bytes of a request of a producer, `max.request.size`: a record with its key and headers.
  public static final int LARGEST_REQUEST = 1 << 20;

  /// Bytes of a record's value; what is larger goes to the store and is referred to.
  public static final int LARGEST_VALUE = LARGEST_REQUEST - (64 << 10);

  /// A batch of one record, which the broker measures, is so much larger than the record at most.
  private static final int BATCH_OVERHEAD = 1 << 10;

  private static final Duration WORK = Duration.ofDays(7);
  private static final Duration HISTORY = Duration.ofDays(30);

  private TopicCatalogue() {}

  /// All topics with their dead letters.
  public static List<TopicSpec> specs(int workPartitions, int jobPartitions) {
    List<TopicSpec> specs = new ArrayList<>(topics(workPartitions, jobPartitions));
    specs.addAll(deadLetters());
    return specs;
  }

  static List<TopicSpec> topics(int workPartitions, int jobPartitions) {
    return Arrays.stream(Topic.values())
        .map(topic -> spec(topic, workPartitions, jobPartitions))
        .toList();
  }

  static List<TopicSpec> deadLetters() {
    return Arrays.stream(Topic.values())
        .map(topic -> new TopicSpec(topic.deadLetterName(), 1, kept(HISTORY)))
        .toList();
  }

  private static TopicSpec spec(Topic topic, int workPartitions, int jobPartitions) {
    requireNonNull(topic, "topic is null");
    String name = topic.topicName();
    return switch (topic) {
      case FETCH_TASKS, TENSORS, FISHER_TASKS -> new TopicSpec(name, workPartitions, kept(WORK));
      case COMPARE_REQUESTS, JOB_EVENTS -> new TopicSpec(name, jobPartitions, kept(HISTORY));
      case JOB_PLANS, TENSOR_RESULTS, FISHER_RESULTS, REPORTS ->
          new TopicSpec(name, jobPartitions, kept(WORK));
      case JOB_STATES ->
          new TopicSpec(name, jobPartitions, sized(Map.of("cleanup.policy", "compact")));
    };
  }

  private static Map<String, String> kept(Duration time) {
    return sized(
        Map.of("cleanup.policy", "delete", "retention.ms", String.valueOf(time.toMillis())));
  }

  private static Map<String, String> sized(Map<String, String> config) {
    Map<String, String> all = new HashMap<>(config);
    all.put("max.message.bytes", String.valueOf(LARGEST_REQUEST + BATCH_OVERHEAD));
    return all;
  }
}
