package dev.halcyon.services.common;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How much time the end of a service takes.
@ConfigMapping(prefix = "halcyon.shutdown")
interface ShutdownConfig {
  /// Time for the records at work to be done; what is not done then is left to other instances.
  @WithDefault("20s")
  Duration grace();

  /// Time to close the channels afterwards, before the process halts.
  @WithDefault("8s")
  Duration close();
}
