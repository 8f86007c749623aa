package dev.halcyon.transformer;

import static java.util.Objects.requireNonNull;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/// Limits of memory and disk for a run, beyond one layer's weights, activations and squared
/// gradients.
///
/// @param memory bytes for layer inputs, kept activations and the head's squared gradients
/// @param disk bytes of temporary files for what does not fit in memory
/// @param folder of those files
/// @param samples largest number of samples in a group; each group reads the model again
public record MemoryBudget(long memory, long disk, Path folder, int samples) {
  private static final long GIBIBYTE = 1L << 30;

  public MemoryBudget {
    requireNonNull(folder, "folder is null");
    if (memory < 0 || disk < 0) {
      throw new IllegalArgumentException("negative budget: " + memory + ", " + disk);
    }
    if (samples < 1) {
      throw new IllegalArgumentException("samples is " + samples + ", at least 1 is needed");
    }
  }

  /// For as many samples together as fit.
  public MemoryBudget(long memory, long disk, Path folder) {
    this(memory, disk, folder, Integer.MAX_VALUE);
  }

  /// 2 GiB of memory, or a quarter of the machine's where that is less, and 16 GiB of disk in the
  /// system's folder for temporary files.
  public static MemoryBudget standard() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    long memory =
        system instanceof com.sun.management.OperatingSystemMXBean machine
            ? Math.min(2 * GIBIBYTE, machine.getTotalMemorySize() / 4)
            : 2 * GIBIBYTE;
    return new MemoryBudget(memory, 16 * GIBIBYTE, Path.of(System.getProperty("java.io.tmpdir")));
  }
}
