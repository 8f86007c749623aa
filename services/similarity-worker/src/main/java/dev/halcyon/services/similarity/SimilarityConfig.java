package dev.halcyon.services.similarity;

import io.smallrye.config.ConfigMapping;
import java.util.OptionalInt;

/// How much of the machine the worker takes.
@ConfigMapping(prefix = "halcyon.similarity")
interface SimilarityConfig {
  /// Threads that compute; all cores where absent.
  OptionalInt threads();
}
