package dev.halcyon.services.similarity;

import io.smallrye.config.ConfigMapping;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// How much of the machine the worker takes.
@ConfigMapping(prefix = "halcyon.similarity")
interface SimilarityConfig {
  /// Threads that compute; all cores where absent.
  OptionalInt threads();

  /// Bytes outside the heap for tensors of the store, those being compared and those read ahead
  /// meanwhile; where absent, half of the JVM's largest heap, which is also what the JVM allows
  /// there unless it is configured otherwise.
  OptionalLong readAheadBytes();
}
