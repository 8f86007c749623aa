package dev.halcyon.tensors.internal.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.tensors.kernels.SumsLayout;
import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The twins against each other, at every width a vector may have.
class TileKernelsTest {
  private static final int[] COLUMNS = {1, 2, 13, 31, 32, 33, 64, 207, 4098};
  private static final int[] ROWS = {1, 7, 8};

  private final Arena arena = Arena.ofAuto();

  static Stream<Arguments> widthsAndLayouts() {
    List<Arguments> cases = new ArrayList<>();
    for (String bits : List.of("128", "256", "512")) {
      for (Tile.Format format : Tile.Format.values()) {
        for (int models = 2; models <= 3; models++) {
          cases.add(Arguments.of(bits, format, models, true));
          cases.add(Arguments.of(bits, format, models, false));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("widthsAndLayouts")
  void everyWidthGivesTheScalarTwinsBits(
      String bits, Tile.Format format, int models, boolean changes) {
    TileKernels scalar = new ScalarTileKernels();
    TileKernels vector = KernelsOfWidth.load(bits);
    assertThat(vector.description()).isEqualTo(bits + "-bit vectors");
    for (int columns : COLUMNS) {
      for (int rows : ROWS) {
        Tile tile = tile(format, models, rows, columns);
        TileSums expected = new TileSums(new SumsLayout(format, models, changes, columns));
        TileSums actual = new TileSums(expected.layout());
        for (int repeat = 0; repeat < 2; repeat++) {
          scalar.sum(tile, expected);
          vector.sum(tile, actual);
        }
        assertThat(bits(actual.sums())).isEqualTo(bits(expected.sums()));
        assertThat(ends(actual)).isEqualTo(ends(expected));
        assertThat(actual.counts()).isEqualTo(expected.counts());
      }
    }
  }

  /// Rows that do not begin at a vector's boundary, with a gap between them.
  private Tile tile(Tile.Format format, int models, int rows, int columns) {
    long stride = (columns + 3L) * format.bytes();
    MemorySegment[] memory = new MemorySegment[models];
    Random random = new Random(17L * columns + rows);
    for (int model = 0; model < models; model++) {
      memory[model] = arena.allocate(2 + rows * stride, Long.BYTES);
      for (long at = 2; at + format.bytes() <= memory[model].byteSize(); at += format.bytes()) {
        put(format, memory[model], at, value(random));
      }
    }
    Tile tile = new Tile(format, memory);
    tile.show(2, stride, rows, columns);
    return tile;
  }

  /// Weights with zeros, repetitions, tiny and huge values, infinities and NaNs among them.
  private static float value(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> 0f;
      case 1 -> -0f;
      case 2 -> 1f;
      case 3 -> (float) random.nextGaussian() * 1e-30f;
      case 4 -> (float) random.nextGaussian() * 1e-42f;
      case 5 -> random.nextInt(400) == 0 ? Float.NaN : 2f;
      case 6 -> random.nextInt(400) == 0 ? Float.NEGATIVE_INFINITY : 1e19f;
      default -> (float) random.nextGaussian() * 0.02f;
    };
  }

  private static void put(Tile.Format format, MemorySegment memory, long at, float value) {
    switch (format) {
      case BFLOAT16 ->
          memory.set(
              ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) (Float.floatToIntBits(value) >>> 16));
      case FLOAT32 -> memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, value);
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(values[i]);
    }
    return bits;
  }

  private static List<Float> ends(TileSums sums) {
    List<Float> ends = new ArrayList<>();
    for (int model = 1; model < sums.layout().models(); model++) {
      ends.add(sums.smallestChange(model));
      ends.add(sums.largestChange(model));
    }
    return ends;
  }
}
