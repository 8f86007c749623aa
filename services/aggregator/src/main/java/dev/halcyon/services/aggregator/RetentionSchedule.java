package dev.halcyon.services.aggregator;

import java.time.Duration;
import java.util.Optional;

/// When old jobs are removed.
///
/// @param age of the jobs that are removed
/// @param interval between two looks
record RetentionSchedule(Duration age, Duration interval) {
  RetentionSchedule {
    if (age.isNegative() || age.isZero() || interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException(
          "halcyon.retention.age is %s and halcyon.retention.interval %s: both must be positive"
              .formatted(age, interval));
    }
  }

  static Optional<RetentionSchedule> of(RetentionConfig config) {
    return config.enabled()
        ? Optional.of(new RetentionSchedule(config.age(), config.interval()))
        : Optional.empty();
  }
}
