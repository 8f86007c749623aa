package dev.halcyon.analysis.similarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.MemoryTensorBytes;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimilarityAnalysisTest {
  private static final int ROWS = 4003;
  private static final int COLUMNS = 517;

  private final SimilarityAnalysis analysis = new SimilarityAnalysis(2);

  @Test
  void comparesEachPairColumnByColumn() throws IOException {
    SimilarityResult result =
        analysis.compare(List.of(tensor("base", 1, 0, 0, 1), tensor("ft1", 1, 1, 0, 1)), 2);

    assertThat(result.pairs()).hasSize(1);
    assertThat(result.pairs().getFirst().pair()).isEqualTo("base_vs_ft1");
    assertThat(result.pairs().getFirst().cosine())
        .isCloseTo((1 + Math.sqrt(0.5)) / 2, within(1e-7));
    assertThat(result.changes().getFirst().identical()).isEqualTo(0.75);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void anyNumberOfThreadsGivesTheSameBits(int threads) throws IOException {
    List<ModelTensor> tensors =
        List.of(weights("base", 0), weights("ft1", 1e-4), weights("ft2", 3e-3));
    try (SimilarityAnalysis other = new SimilarityAnalysis(threads)) {
      SimilarityResult expected = analysis.compare(tensors, ROWS);

      for (int repeat = 0; repeat < 5; repeat++) {
        assertThat(other.compare(tensors, ROWS)).isEqualTo(expected);
      }
    }
  }

  static Stream<Arguments> shapesThatAreCutInTheirOwnWays() {
    return Stream.of(
        Arguments.of(DType.BF16, Shape.of(1_300_003)),
        Arguments.of(DType.F32, Shape.of(700_001)),
        Arguments.of(DType.F16, Shape.of(150_001, 7)),
        Arguments.of(DType.F64, Shape.of(3001, 130)),
        Arguments.of(DType.BF16, Shape.of(6, 700, 190)));
  }

  /// Vectors and narrow matrices are folded, stacks are pooled, float64 goes a way of its own: none
  /// of it may depend on who computes which part.
  @ParameterizedTest
  @MethodSource("shapesThatAreCutInTheirOwnWays")
  void threadsChangeNoBitOfAnyShapeOrType(DType dtype, Shape shape) throws IOException {
    List<ModelTensor> tensors =
        List.of(
            weights("base", dtype, shape, 0),
            weights("ft1", dtype, shape, 1e-3),
            weights("ft2", dtype, shape, 2e-2));
    try (SimilarityAnalysis alone = new SimilarityAnalysis(1);
        SimilarityAnalysis many = new SimilarityAnalysis(7)) {
      SimilarityResult expected = alone.compare(tensors, shape.rows());

      assertThat(expected.pairs().getFirst().distance()).isPositive();
      for (int repeat = 0; repeat < 3; repeat++) {
        assertThat(many.compare(tensors, shape.rows())).isEqualTo(expected);
      }
    }
  }

  @Test
  void aBaseAndThirtyTwoFineTunesAreCompared() throws IOException {
    List<ModelTensor> tensors = new ArrayList<>();
    for (int model = 0; model <= 32; model++) {
      tensors.add(tensor(model == 0 ? "base" : "ft" + model, 1, model, 0, 1));
    }

    SimilarityResult result = analysis.compare(tensors, 2);

    assertThat(result.pairs()).hasSize(33 * 32 / 2);
    assertThat(result.pairs().getLast().pair()).isEqualTo("ft31_vs_ft32");
    assertThat(result.changes().getLast().max()).isEqualTo(32);
  }

  /// The same sums, by loops that anybody can read, over a tensor large enough that float32 sums of
  /// its columns would drift.
  @Test
  void longColumnsKeepTheirAccuracy() throws IOException {
    List<ModelTensor> tensors =
        List.of(weights("base", 0), weights("ft1", 1e-4), weights("ft2", 3e-3));

    SimilarityResult result = analysis.compare(tensors, ROWS);

    for (int model = 1; model <= 2; model++) {
      double distance = meanDistance(tensors.getFirst(), tensors.get(model));
      assertThat(result.pairs().get(model - 1).distance())
          .isCloseTo(distance, within(1e-9 + 2e-6 * distance));
    }
  }

  private static double meanDistance(ModelTensor first, ModelTensor second) throws IOException {
    float[] x = values(first);
    float[] y = values(second);
    double sum = 0;
    for (int column = 0; column < COLUMNS; column++) {
      double xy = 0;
      double xx = 0;
      double yy = 0;
      for (int at = column; at < x.length; at += COLUMNS) {
        xy += (double) x[at] * y[at];
        xx += (double) x[at] * x[at];
        yy += (double) y[at] * y[at];
      }
      sum += 1 - xy / Math.sqrt(xx * yy);
    }
    return sum / COLUMNS;
  }

  private static float[] values(ModelTensor tensor) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(ROWS * COLUMNS * 2).order(ByteOrder.LITTLE_ENDIAN);
    tensor.bytes().read(0, MemorySegment.ofBuffer(bytes));
    float[] values = new float[ROWS * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
    }
    return values;
  }

  private static ModelTensor weights(String model, double change) {
    ByteBuffer bytes = ByteBuffer.allocate(ROWS * COLUMNS * 2).order(ByteOrder.LITTLE_ENDIAN);
    Random base = new Random(1);
    Random changes = new Random(2);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
      float value = (float) (0.02 * base.nextGaussian() + change * changes.nextGaussian());
      bytes.putShort(2 * i, (short) (Float.floatToRawIntBits(value) >>> 16));
    }
    return new ModelTensor(
        model,
        DType.BF16,
        Shape.of(ROWS, COLUMNS),
        new MemoryTensorBytes(MemorySegment.ofBuffer(bytes)));
  }

  private static ModelTensor weights(String model, DType dtype, Shape shape, double change) {
    int elements = (int) shape.elements();
    ByteBuffer bytes = ByteBuffer.allocate(elements * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    Random base = new Random(1);
    Random changes = new Random(2);
    for (int i = 0; i < elements; i++) {
      double value = 0.02 * base.nextGaussian() + change * changes.nextGaussian();
      switch (dtype) {
        case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits((float) value) >>> 16));
        case F16 -> bytes.putShort(Float.floatToFloat16((float) value));
        case F32 -> bytes.putFloat((float) value);
        case F64 -> bytes.putDouble(value);
        default -> throw new IllegalArgumentException("no weights of " + dtype);
      }
    }
    return new ModelTensor(
        model, dtype, shape, new MemoryTensorBytes(MemorySegment.ofBuffer(bytes.flip())));
  }

  private static ModelTensor tensor(String model, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new ModelTensor(
        model,
        DType.F32,
        Shape.of(2, values.length / 2),
        new MemoryTensorBytes(MemorySegment.ofBuffer(bytes)));
  }
}
