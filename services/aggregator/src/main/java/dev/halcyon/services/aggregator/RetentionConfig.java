package dev.halcyon.services.aggregator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How long jobs are kept.
@ConfigMapping(prefix = "halcyon.retention")
interface RetentionConfig {
  /// Whether old jobs are removed at all.
  @WithDefault("true")
  boolean enabled();

  /// How long a job is kept after its last request, result or event.
  @WithDefault("30d")
  Duration age();

  /// How often old jobs are looked for.
  @WithDefault("1h")
  Duration interval();
}
