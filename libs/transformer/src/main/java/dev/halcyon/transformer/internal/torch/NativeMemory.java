package dev.halcyon.transformer.internal.torch;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;

/// The C library's allocator, from which PyTorch takes a tensor's memory on the host.
///
/// By default glibc maps each larger block anew and gives it back when it is freed, so every
/// operation pays for fresh, zeroed pages: a fifth of the engine's time. Here freed blocks stay for
/// the next operation, in one arena, and go back to the system when a run ends. Other C libraries
/// are left alone.
public final class NativeMemory {
  // Parameters of mallopt(3).
  private static final int TRIM_THRESHOLD = -1;
  private static final int MMAP_THRESHOLD = -3;
  private static final int ARENA_MAX = -8;

  /// Larger blocks are few and live long.
  private static final int LARGEST_KEPT = 128 << 20;

  private static final int KEPT_IN_ALL = 1 << 30;

  private static final MemoryLayout[] MALLOPT = {ValueLayout.JAVA_INT, ValueLayout.JAVA_INT};
  private static final MemoryLayout[] MALLOC_TRIM = {ValueLayout.JAVA_LONG};

  private NativeMemory() {}

  static void tune() {
    CLibrary.call("mallopt", MALLOPT, ARENA_MAX, 1);
    CLibrary.call("mallopt", MALLOPT, MMAP_THRESHOLD, LARGEST_KEPT);
    CLibrary.call("mallopt", MALLOPT, TRIM_THRESHOLD, KEPT_IN_ALL);
  }

  /// Gives freed memory back to the system.
  public static void release() {
    CLibrary.call("malloc_trim", MALLOC_TRIM, 0L);
  }
}
