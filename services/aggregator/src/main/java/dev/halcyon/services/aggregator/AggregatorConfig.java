package dev.halcyon.services.aggregator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// How the aggregator counts.
@ConfigMapping(prefix = "halcyon.aggregator")
interface AggregatorConfig {
  /// Folder for Kafka Streams' own bookkeeping; a temporary one where absent. Its state itself is
  /// in memory and on the broker.
  Optional<Path> stateDirectory();

  /// Threads that count; at most one for each job partition is busy.
  @WithDefault("1")
  int threads();

  /// How long the metrics of a job stay after it has ended.
  @WithDefault("15m")
  Duration metricsKept();

  /// Further settings of Kafka Streams.
  Streams streams();

  /// Settings passed on as they are.
  interface Streams {
    @WithParentName
    Map<String, String> properties();
  }
}
