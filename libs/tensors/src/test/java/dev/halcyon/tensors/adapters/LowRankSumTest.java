package dev.halcyon.tensors.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.MemoryTensorBytes;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LowRankSumTest {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Random random = new Random(5);

  private float[] floats(long count) {
    float[] values = new float[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static TensorBytes f32(float[] values) {
    return new MemoryTensorBytes(MemorySegment.ofArray(values));
  }

  private static Factor factor(float[] values, long rows, long columns) {
    return new Factor(DType.F32, Shape.of(rows, columns), f32(values));
  }

  private static TensorBytes bf16(float[] values) {
    short[] bits = new short[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) (Float.floatToRawIntBits(values[i]) >>> 16);
    }
    return new MemoryTensorBytes(MemorySegment.ofArray(bits));
  }

  private static float[] truncated(float[] values) {
    float[] stored = new float[values.length];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = Float.intBitsToFloat(Float.floatToRawIntBits(values[i]) & 0xffff0000);
    }
    return stored;
  }

  private static float[] read(TensorBytes bytes, long first, int count) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(4L * count);
      bytes.read(4 * first, target);
      return target.toArray(FLOAT);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, false",
    "7, 13, 3, false",
    "300, 65, 4, false",
    "300, 65, 5, true",
    "9, 1500, 6, false",
    "9, 2048, 16, true",
    "600, 3, 33, true",
  })
  void isTheWeightPlusTheScaledProduct(int rows, int columns, int rank, boolean transposed)
      throws IOException {
    float[] weight = truncated(floats((long) rows * columns));
    int in = transposed ? rows : columns;
    int out = transposed ? columns : rows;
    float[] a = floats((long) rank * in);
    float[] b = floats((long) out * rank);
    LowRankDelta delta =
        new LowRankDelta(factor(a, rank, in), factor(b, out, rank), transposed, 0.25);
    LowRankSum sum = new LowRankSum(DType.BF16, bf16(weight), delta);

    float[] found = read(sum, 0, rows * columns);

    assertThat(sum.size()).isEqualTo(4L * rows * columns);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int o = transposed ? column : row;
        int i = transposed ? row : column;
        double product = 0;
        for (int k = 0; k < rank; k++) {
          product += (double) b[o * rank + k] * a[k * in + i];
        }
        assertThat((double) found[row * columns + column])
            .isCloseTo(weight[row * columns + column] + 0.25 * product, within(2e-6 * rank));
      }
    }
  }

  @Test
  void everyRangeHasTheSameBits() throws IOException {
    int rows = 40;
    int columns = 1100;
    LowRankDelta delta =
        new LowRankDelta(
            factor(floats(11L * columns), 11, columns),
            factor(floats(11L * rows), rows, 11),
            false,
            1.7);
    LowRankSum sum = new LowRankSum(DType.F32, f32(floats((long) rows * columns)), delta);
    float[] whole = read(sum, 0, rows * columns);

    for (int[] range : new int[][] {{0, 1}, {1099, 2}, {1024, 1000}, {5, 43_000}, {43_999, 1}}) {
      assertThat(read(sum, range[0], range[1]))
          .isEqualTo(Arrays.copyOfRange(whole, range[0], range[0] + range[1]));
    }
    assertThat(read(sum, 44_000, 0)).isEmpty();
  }

  @Test
  void aWeightOfFloat64StaysFloat64() throws IOException {
    double[] weight = {1 + 0x1p-40, -2};
    LowRankDelta delta =
        new LowRankDelta(
            factor(new float[] {1, 2}, 1, 2), factor(new float[] {0.5f}, 1, 1), false, 1);
    LowRankSum sum =
        new LowRankSum(DType.F64, new MemoryTensorBytes(MemorySegment.ofArray(weight)), delta);
    double[] found = new double[2];

    sum.read(0, MemorySegment.ofArray(found));

    assertThat(LowRankSum.dtype(DType.F64)).isEqualTo(DType.F64);
    assertThat(found).containsExactly(1.5 + 0x1p-40, -1);
  }

  @Test
  void theFirstRowsOfAWeightAreChangedAlone() throws IOException {
    LowRankDelta delta =
        new LowRankDelta(
            factor(new float[] {1, 1}, 1, 2), factor(new float[] {1, 2, 3}, 3, 1), false, 1);
    LowRankSum sum = new LowRankSum(DType.F32, f32(new float[] {10, 10, 10, 10}), delta);

    assertThat(read(sum, 0, 4)).containsExactly(11, 11, 12, 12);
  }

  @Test
  void rangesOutsideOrOfPartsOfElementsAreRefused() {
    LowRankDelta delta =
        new LowRankDelta(factor(new float[] {1}, 1, 1), factor(new float[] {1}, 1, 1), false, 1);
    LowRankSum sum = new LowRankSum(DType.F32, f32(new float[] {1}), delta);

    assertThatThrownBy(() -> read(sum, 1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> sum.read(1, MemorySegment.ofArray(new byte[2])))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
