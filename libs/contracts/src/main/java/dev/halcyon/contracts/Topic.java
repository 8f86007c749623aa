package dev.halcyon.contracts;

import java.util.Arrays;

/// The topics of a Halcyon installation; `docs/reference/topics.md` says what each carries.
public enum Topic {
  COMPARE_REQUESTS("compare-requests"),
  JOB_PLANS("job-plans"),
  FETCH_TASKS("fetch-tasks"),
  TENSORS("tensors"),
  TENSOR_RESULTS("tensor-results"),
  FISHER_TASKS("fisher-tasks"),
  FISHER_RESULTS("fisher-results"),
  REPORTS("reports"),
  JOB_EVENTS("job-events"),
  JOB_STATES("job-states");

  public static final String DEAD_LETTER_SUFFIX = ".dead-letter";

  private final String topicName;

  Topic(String topicName) {
    this.topicName = topicName;
  }

  /// The topic of that name.
  ///
  /// @throws IllegalArgumentException where it is none of ours
  public static Topic named(String topicName) {
    return Arrays.stream(values())
        .filter(topic -> topic.topicName.equals(topicName))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown topic: " + topicName));
  }

  public String topicName() {
    return topicName;
  }

  /// Where records go that no retry can help.
  public String deadLetterName() {
    return topicName + DEAD_LETTER_SUFFIX;
  }
}
