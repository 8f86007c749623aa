package dev.halcyon.tensors.kernels;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Random;

/// Prints what each kernel allocates in a call on a large tile, right after its warm-up.
final class KernelAllocation {
  private static final int ROWS = 8;
  private static final int COLUMNS = 4098;

  private KernelAllocation() {}

  public static void main(String[] arguments) {
    for (boolean changes : new boolean[] {true, false}) {
      for (Tile.Format format : Tile.Format.values()) {
        for (int models = 2; models <= 3; models++) {
          SumsLayout layout = new SumsLayout(format, models, changes, COLUMNS);
          SimilarityKernels.warmUp(layout);
          System.out.printf(
              "%s models=%d changes=%s allocated=%d%n",
              format, models, changes, allocated(tile(layout), new TileSums(layout)));
        }
      }
    }
  }

  private static long allocated(Tile tile, TileSums sums) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    SimilarityKernels.sum(tile, sums);
    long before = threads.getCurrentThreadAllocatedBytes();
    SimilarityKernels.sum(tile, sums);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  /// Weights, and fine-tunes close to them.
  private static Tile tile(SumsLayout layout) {
    int bytes = layout.format().bytes();
    Random random = new Random(5);
    MemorySegment[] models = new MemorySegment[layout.models()];
    for (int model = 0; model < models.length; model++) {
      models[model] = Arena.ofAuto().allocate((long) ROWS * COLUMNS * bytes, Long.BYTES);
      for (int i = 0; i < ROWS * COLUMNS; i++) {
        float value = (float) (0.02 * Math.sin(i) + model * 1e-3 * random.nextGaussian());
        int bits = Float.floatToRawIntBits(value);
        long at = (long) i * bytes;
        switch (layout.format()) {
          case BFLOAT16 -> models[model].set(ValueLayout.JAVA_SHORT, at, (short) (bits >>> 16));
          case FLOAT32 -> models[model].set(ValueLayout.JAVA_INT, at, bits);
        }
      }
    }
    Tile tile = new Tile(layout.format(), models);
    tile.show(0, (long) COLUMNS * bytes, ROWS, COLUMNS);
    return tile;
  }
}
