package dev.halcyon.services.common;

import java.util.Map;

/// A topic as it should be on the broker.
///
/// @param name of it
/// @param partitions at most as many workers share its records
/// @param config the broker's settings for it
public record TopicSpec(String name, int partitions, Map<String, String> config) {
  public TopicSpec {
    config = Map.copyOf(config);
  }
}
