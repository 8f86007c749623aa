package dev.halcyon.services.common.health;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

/// When a service counts as ready and as alive.
@ConfigMapping(prefix = "halcyon.health")
interface HealthConfig {
  /// How often broker and store are asked whether they are there.
  @WithDefault("5s")
  Duration interval();

  /// How long either may take to answer.
  @WithDefault("5s")
  Duration patience();

  /// How long a channel may go without asking the broker for records before it counts as failed.
  @WithDefault("2m")
  Duration pollLimit();

  /// How long the work on a record may take without getting on before it counts as stuck.
  @WithDefault("1h")
  Duration recordLimit();

  /// The same for single topics.
  Map<String, Duration> recordLimits();
}
