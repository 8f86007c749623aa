package dev.halcyon.services.common;

import io.smallrye.config.ConfigMapping;

/// How finely topics are cut.
@ConfigMapping(prefix = "halcyon.topics")
public interface TopicsConfig {
  /// Partitions of topics that workers share: no fewer than the largest fleet.
  int workPartitions();

  /// Partitions of topics keyed by the job; the aggregator's state is cut the same way.
  int jobPartitions();

  /// Copies of each partition; -1 for the broker's default.
  short replicationFactor();
}
