package dev.halcyon.tensors.internal.kernels;

import com.sun.management.ThreadMXBean;
import dev.halcyon.tensors.kernels.SumsLayout;
import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/// Calls each kernel on a tiny tile until the optimising compiler has replaced it.
///
/// A kernel that meets real data first is compiled while it runs, in the middle of its loops; that
/// compilation cannot keep vectors in registers, and it may stay for the life of the process, tens
/// of times slower. Until a kernel is compiled well, its vectors are objects: it is ready when
/// batch after batch of calls has allocated nothing, because the compiler may come back to it once
/// or twice.
public final class KernelWarmUp {
  /// Formats, numbers of models, with changes and without.
  private static final int KINDS = 8;

  private static final int BATCH = 50;

  private static final int QUIET_BATCHES = 20;

  /// More calls than the compiler asks for before it begins; after them it needs time, not calls.
  private static final int EAGER_BATCHES = 60;

  private static final long PAUSE_NANOS = 1_000_000;

  /// On a busy machine the compiler may come seconds late; this ends the warm-up where none ever
  /// comes.
  private static final long MOST_NANOS = 30_000_000_000L;

  private static final int ROWS = 2;
  private static final int COLUMNS = 65;

  private final TileKernels kernels;
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final AtomicIntegerArray warm = new AtomicIntegerArray(KINDS);

  public KernelWarmUp(TileKernels kernels) {
    this.kernels = kernels;
  }

  /// Whether the kernel for these sums is warm.
  public boolean isWarm(SumsLayout layout) {
    return warm.get(kind(layout)) != 0;
  }

  private static int kind(SumsLayout layout) {
    int format = layout.format() == Tile.Format.BFLOAT16 ? 0 : 4;
    return format + (layout.models() - 2) * 2 + (layout.changes() ? 1 : 0);
  }

  /// Warms up one kernel, unless it is warm.
  public synchronized void kernel(Tile.Format format, int models, boolean changes) {
    SumsLayout layout = new SumsLayout(format, models, changes, COLUMNS);
    if (isWarm(layout)) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      Work unchanged = new Work(tile(layout, arena, 0), new TileSums(layout));
      Work changed = new Work(tile(layout, arena, 1), new TileSums(layout));
      kernels.sum(tile(layout, arena, 2), changed.sums);
      settle(unchanged, changed);
    }
    warm.set(kind(layout), 1);
  }

  /// Calls until the kernel has been quiet for long enough, in the end at a pace that leaves the
  /// processors to the compiler.
  private void settle(Work unchanged, Work changed) {
    long begin = System.nanoTime();
    int quiet = 0;
    for (int batch = 0; quiet < QUIET_BATCHES; batch++) {
      quiet = allocates(unchanged, changed) ? 0 : quiet + 1;
      if (quiet == 0 && batch >= EAGER_BATCHES) {
        if (System.nanoTime() - begin > MOST_NANOS) {
          return;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private record Work(Tile tile, TileSums sums) {}

  /// @param change by which neighbouring models' elements differ, to both sides
  private static Tile tile(SumsLayout layout, Arena arena, int change) {
    Tile.Format format = layout.format();
    long stride = (long) COLUMNS * format.bytes();
    MemorySegment[] models = new MemorySegment[layout.models()];
    for (int model = 0; model < models.length; model++) {
      models[model] = arena.allocate(ROWS * stride, Long.BYTES);
      for (int i = 0; i < ROWS * COLUMNS; i++) {
        float value = 1 + (i % 2 == 0 ? change : -change) * model * 0.25f;
        short upper = (short) (Float.floatToRawIntBits(value) >>> 16);
        long end = (long) (i + 1) * format.bytes();
        models[model].set(ValueLayout.JAVA_SHORT, end - Short.BYTES, upper);
      }
    }
    Tile tile = new Tile(format, models);
    tile.show(0, stride, ROWS, COLUMNS);
    return tile;
  }

  /// Takes what has changed and what has not by turns: code that was compiled for one alone is
  /// thrown away when it meets the other.
  private boolean allocates(Work unchanged, Work changed) {
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int call = 0; call < BATCH; call++) {
      kernels.sum(unchanged.tile, unchanged.sums);
      kernels.sum(changed.tile, changed.sums);
    }
    return threads.getCurrentThreadAllocatedBytes() > before;
  }
}
