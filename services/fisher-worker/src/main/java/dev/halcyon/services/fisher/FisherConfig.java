package dev.halcyon.services.fisher;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.OptionalInt;

/// What of the machine the worker takes.
@ConfigMapping(prefix = "halcyon.fisher")
interface FisherConfig {
  /// `cpu`, or `cuda:0` and so on.
  @WithDefault("cpu")
  String device();

  /// Threads that compute; all cores where absent.
  OptionalInt threads();
}
