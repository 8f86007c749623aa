package dev.halcyon.services.fisher;

import static java.util.Objects.requireNonNull;

import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.transformer.MemoryBudget;

/// What a task is computed on.
///
/// @param device `cpu` or `cuda:N`
/// @param threads that compute
/// @param budget of memory and temporary files; its folder is also where a diagonal is written
/// @param roots below which local files are read
record Machine(String device, int threads, MemoryBudget budget, LocalRoots roots) {
  Machine {
    requireNonNull(device, "device is null");
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", at least 1 is needed");
    }
    requireNonNull(budget, "budget is null");
    requireNonNull(roots, "roots is null");
  }
}
