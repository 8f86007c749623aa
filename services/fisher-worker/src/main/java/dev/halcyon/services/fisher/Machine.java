package dev.halcyon.services.fisher;

import static java.util.Objects.requireNonNull;

/// What a task is computed on.
///
/// @param device `cpu` or `cuda:N`
/// @param threads that compute
record Machine(String device, int threads) {
  Machine {
    requireNonNull(device, "device is null");
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", at least 1 is needed");
    }
  }
}
