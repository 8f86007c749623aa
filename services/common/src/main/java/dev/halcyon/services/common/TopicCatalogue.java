package dev.halcyon.services.common;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The one place that says how topics are cut and how long they keep records.
public final class TopicCatalogue {
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
      case JOB_STATES -> new TopicSpec(name, jobPartitions, Map.of("cleanup.policy", "compact"));
    };
  }

  private static Map<String, String> kept(Duration time) {
    return Map.of("cleanup.policy", "delete", "retention.ms", String.valueOf(time.toMillis()));
  }
}
