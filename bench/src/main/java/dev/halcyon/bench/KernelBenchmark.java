package dev.halcyon.bench;

import dev.halcyon.tensors.kernels.SimilarityKernels;
import dev.halcyon.tensors.kernels.SumsLayout;
import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The kernels alone, on a tile of BF16 that stays in the second-level cache: microseconds a tile
/// of 8 rows.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class KernelBenchmark {
  private static final int ROWS = 8;

  @Param({"2", "3"})
  int models;

  @Param({"false", "true"})
  boolean changes;

  @Param({"2048", "11008"})
  int columns;

  private Tile tile;
  private TileSums sums;

  /// Weights, and fine-tunes close to them.
  @Setup
  public void prepare() {
    SumsLayout layout = new SumsLayout(Tile.Format.BFLOAT16, models, changes, columns);
    SimilarityKernels.warmUp(layout);
    sums = new TileSums(layout);
    Random random = new Random(1);
    MemorySegment[] memory = new MemorySegment[models];
    for (int model = 0; model < models; model++) {
      memory[model] = Arena.ofAuto().allocate(2L * ROWS * columns, 64);
      Random base = new Random(2);
      for (int i = 0; i < ROWS * columns; i++) {
        double value = 0.02 * base.nextGaussian() + model * 1e-4 * random.nextGaussian();
        memory[model].setAtIndex(
            ValueLayout.JAVA_SHORT, i, (short) (Float.floatToRawIntBits((float) value) >>> 16));
      }
    }
    tile = new Tile(Tile.Format.BFLOAT16, memory);
    tile.show(0, 2L * columns, ROWS, columns);
  }

  /// Sums up the tile.
  @Benchmark
  public TileSums sum() {
    SimilarityKernels.sum(tile, sums);
    return sums;
  }
}
