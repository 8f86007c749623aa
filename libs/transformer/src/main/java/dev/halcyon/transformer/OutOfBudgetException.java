package dev.halcyon.transformer;

import java.util.Locale;

/// A run needs more than its [MemoryBudget]. The user must change the run or the budget.
public final class OutOfBudgetException extends RuntimeException {
  public OutOfBudgetException(long bytes, MemoryBudget budget) {
    super(
        String.format(
            Locale.ROOT,
            "%.1f GiB more are needed than the budget of %.1f GiB of memory and %.1f GiB of"
                + " temporary files in %s allows: raise it, or give fewer or shorter samples",
            gibibytes(bytes),
            gibibytes(budget.memory()),
            gibibytes(budget.disk()),
            budget.folder()));
  }

  private static double gibibytes(long bytes) {
    return bytes / (double) (1L << 30);
  }
}
