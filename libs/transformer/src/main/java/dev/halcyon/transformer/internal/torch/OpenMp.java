package dev.halcyon.transformer.internal.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;

/// The threads that PyTorch's operators share, GNU OpenMP's.
///
/// A thread that waits for the others spins before it sleeps, by default for milliseconds. On a
/// machine that has other work the others may not be running at all, and such spinning was seen to
/// double or treble the processor time of a run and to slow it tenfold. A shorter spin costs
/// nothing where the machine is free. The user's own settings win.
final class OpenMp {
  private static final String SPINS = "GOMP_SPINCOUNT";

  /// Tens of microseconds: longer than threads on a free machine wait for each other.
  private static final String FEW = "10000";

  private static final MemoryLayout[] SETENV = {
    ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT
  };

  private OpenMp() {}

  /// To be called before PyTorch is loaded, since the library reads its settings only then.
  static void spinLess() {
    if (System.getenv("OMP_WAIT_POLICY") != null || System.getenv(SPINS) != null) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      CLibrary.call("setenv", SETENV, arena.allocateFrom(SPINS), arena.allocateFrom(FEW), 0);
    }
  }
}
