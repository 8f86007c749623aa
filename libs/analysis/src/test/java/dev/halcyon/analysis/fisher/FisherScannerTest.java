package dev.halcyon.analysis.fisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.halcyon.contracts.results.FisherStatistics;
import dev.halcyon.contracts.results.FisherStatistics.Entry;
import dev.halcyon.tensors.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FisherScannerTest {
  private static final Golden EDGE = Golden.edge();

  static List<FisherParameter> edgeTensors() {
    return EDGE.parameters();
  }

  @ParameterizedTest
  @MethodSource("edgeTensors")
  void agreesWithFloat64NumPy(FisherParameter parameter) {
    FisherStatistics found = scan(parameter, 0, EDGE.tensor(parameter.name()), 2).statistics();
    JsonNode expected = EDGE.expected().get(parameter.name());

    assertThat(found.elements()).isEqualTo(expected.get("elements").longValue());
    assertClose(found.sum(), expected, "sum", 1e-15);
    assertClose(found.mean(), expected, "mean", 1e-15);
    assertClose(found.max(), expected, "max", 0);
    assertClose(found.min(), expected, "min", 0);
    assertClose(found.topShare(), expected, "top_share", 1e-14);
    assertThat(found.topIndex()).isEqualTo(expected.path("top_index").asLong(-1));
    double std = expected.path("std").asDouble(Double.NaN);
    assertClose(found.std(), std, "std", 1e-10 * std + 1e-15 * found.mean());
  }

  @Test
  void theResultIsTheSameBitForBitForAnyNumberOfThreads() {
    FisherParameter parameter = parameter(3_000_017);
    MemorySegment entries = heavyTailed(3_000_017);

    FisherScanner.Scanned alone = scan(parameter, 5, entries, 1);

    assertThat(scan(parameter, 5, entries, 2)).isEqualTo(alone);
    assertThat(scan(parameter, 5, entries, 3)).isEqualTo(alone);
    assertThat(scan(parameter, 5, entries, 8)).isEqualTo(alone);
  }

  @Test
  void chunkSumsAddUpToTheSum() {
    FisherScanner.Scanned found = scan(parameter(3_000_017), 5, heavyTailed(3_000_017), 2);

    double sum = found.chunkSums().stream().mapToDouble(Double::doubleValue).sum();

    assertThat(found.chunkSums()).hasSize(5);
    assertThat(sum).isCloseTo(found.statistics().sum(), within(1e-13 * sum));
  }

  @Test
  void aScannerIsUsedForOneTensorAfterAnother() {
    try (FisherScanner scanner = new FisherScanner(2)) {
      MemorySegment entries = heavyTailed(2_000_003);
      PlannedParameter parameter = planned(parameter(2_000_003), 0);
      FisherScanner.Scanned first = scanner.scan(parameter, entries);
      scanner.scan(planned(parameter(3), 0), floats(1, 2, 3));

      assertThat(scanner.scan(parameter, entries)).isEqualTo(first);
    }
  }

  @Test
  void theLargestEntriesComeByValueAndThenByIndex() {
    FisherStatistics found = scan(parameter(7), 0, floats(0, 3, 1, 3, 0.5f, 4, 0), 1).statistics();

    assertThat(found.largest())
        .containsExactly(
            new Entry(5, 4), new Entry(1, 3), new Entry(3, 3), new Entry(2, 1), new Entry(4, 0.5));
  }

  @Test
  void atMostTenLargestEntriesAreGiven() {
    float[] rising = new float[1500];
    for (int i = 0; i < rising.length; i++) {
      rising[i] = i;
    }

    FisherStatistics found = scan(parameter(1500), 0, floats(rising), 1).statistics();

    assertThat(found.largest().stream().map(Entry::index))
        .containsExactly(1499L, 1498L, 1497L, 1496L, 1495L, 1494L, 1493L, 1492L, 1491L, 1490L);
  }

  @Test
  void nothingIsLargestAmongZeros() {
    FisherStatistics found = scan(parameter(3), 0, floats(0, 0, 0), 1).statistics();

    assertThat(found.largest()).isEmpty();
    assertThat(found.topIndex()).isZero();
    assertThat(found.topShare()).isNaN();
  }

  @Test
  void unalignedMemoryIsRead() {
    MemorySegment memory = Arena.ofAuto().allocate(9, 8).asSlice(1);
    memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, 2);
    memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4, 6);

    assertThat(scan(parameter(2), 0, memory, 1).statistics().mean()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(floats = {-1e-30f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void anEntryThatIsNoMeanOfSquaresIsRefusedByNameAndIndex(float wrong) {
    assertThatThrownBy(() -> scan(parameter(4), 0, floats(1, 2, 3, wrong), 2))
        .isInstanceOf(InvalidFisherException.class)
        .hasMessage("[t] Fisher information at flat index 3 is " + wrong);
  }

  @Test
  void memoryOfAnotherSizeThanTheShapeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scan(parameter(4), 0, floats(1, 2, 3), 1))
        .withMessage("[t] 4 in float32 takes 16 bytes, and 12 are given");
  }

  static FisherScanner.Scanned scan(
      FisherParameter parameter, int chunks, MemorySegment entries, int threads) {
    try (FisherScanner scanner = new FisherScanner(threads)) {
      return scanner.scan(planned(parameter, chunks), entries);
    }
  }

  private static PlannedParameter planned(FisherParameter parameter, int chunks) {
    return FisherPlan.of(List.of(parameter), chunks).parameter(parameter.name());
  }

  private static FisherParameter parameter(long elements) {
    return new FisherParameter("t", Shape.of(elements));
  }

  private static MemorySegment floats(float... values) {
    return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_FLOAT, values);
  }

  /// Magnitudes over 40 orders, so that no rounding goes unseen.
  private static MemorySegment heavyTailed(int elements) {
    SplittableRandom random = new SplittableRandom(3);
    MemorySegment entries = Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT, elements);
    for (int i = 0; i < elements; i++) {
      float value = (float) Math.pow(10, random.nextDouble(-38, 2));
      entries.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
    return entries;
  }

  private static void assertClose(double found, JsonNode expected, String field, double relative) {
    double value = expected.path(field).asDouble(Double.NaN);
    assertClose(found, value, field, relative * Math.abs(value));
  }

  private static void assertClose(double found, double value, String field, double tolerance) {
    if (Double.isNaN(value)) {
      assertThat(found).as(field).isNaN();
    } else {
      assertThat(found).as(field).isCloseTo(value, within(tolerance));
    }
  }
}
