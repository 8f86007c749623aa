package dev.halcyon.transformer.internal.torch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

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

  private NativeMemory() {}

  static void tune() {
    function("mallopt", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)
        .ifPresent(mallopt -> {
          call(mallopt, ARENA_MAX, 1);
          call(mallopt, MMAP_THRESHOLD, LARGEST_KEPT);
          call(mallopt, TRIM_THRESHOLD, KEPT_IN_ALL);
        });
  }

  /// Gives freed memory back to the system.
  public static void release() {
    function("malloc_trim", ValueLayout.JAVA_LONG).ifPresent(trim -> call(trim, 0L));
  }

  @SuppressWarnings("restricted")
  private static Optional<MethodHandle> function(String name, ValueLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find(name)
        .map(address ->
            linker.downcallHandle(
                address, FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters)));
  }

  private static void call(MethodHandle function, Object... arguments) {
    try {
      function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("the C library's allocator cannot be called", e);
    }
  }
}
