package dev.halcyon.analysis.fisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartialDiagonalsTest {
  private static final int ELEMENTS = 10_001;

  /// Digits enough for a quotient that lies midway between two floats.
  private static final MathContext EXACT_IN_TIES = new MathContext(200);

  @Test
  void theMeanIsTheExactOneRounded() throws IOException {
    List<PartialSum> ranges = List.of(range(0, 3), range(1, 1), range(2, 5));
    List<MemorySegment> sums = List.of(sum(0, ELEMENTS), sum(1, ELEMENTS), sum(2, ELEMENTS));
    float[] mean = mean(ranges);

    for (int i = 0; i < ELEMENTS; i++) {
      BigDecimal sum = BigDecimal.ZERO;
      for (MemorySegment range : sums) {
        sum = sum.add(new BigDecimal(range.getAtIndex(ValueLayout.JAVA_FLOAT, i)));
      }
      float exact = sum.divide(BigDecimal.valueOf(9), EXACT_IN_TIES).floatValue();
      assertThat(mean[i]).isEqualTo(exact);
    }
  }

  @Test
  void theOrderOfArrivalDoesNotMatter() throws IOException {
    float[] inOrder = mean(List.of(range(0, 3), range(1, 1), range(2, 5)));
    float[] shuffled = mean(List.of(range(2, 5), range(0, 3), range(1, 1)));

    assertThat(shuffled).isEqualTo(inOrder);
  }

  @Test
  void theMeanMayReplaceARangesSum() throws IOException {
    MemorySegment first = sum(0, ELEMENTS);
    List<PartialSum> ranges = List.of(inMemory(0, first, List.of(0.0, 1.0, 2.0)), range(1, 1));
    float[] apart = mean(ranges);

    PartialDiagonals.of("t", ranges).mean(first);

    assertThat(first.toArray(ValueLayout.JAVA_FLOAT)).isEqualTo(apart);
  }

  /// Of a tensor that is larger than a block, each range is read once, from its start to its end,
  /// and the sum is the one of whole tensors.
  @Test
  void blocksAreReadInOrderAndAddedInTheOrderOfRanges() throws IOException {
    int elements = (1 << 22) + 12_345;
    List<MemorySegment> sums = List.of(sum(0, elements), sum(1, elements), sum(2, elements));
    long[] next = new long[3];
    List<PartialSum> ranges =
        IntStream.range(0, 3)
            .mapToObj(range ->
                new PartialSum(
                    range,
                    4L * elements,
                    (offset, target) -> {
                      assertThat(offset).isEqualTo(next[range]);
                      next[range] += target.byteSize();
                      target.copyFrom(sums.get(range).asSlice(offset, target.byteSize()));
                    },
                    List.of(1.0)))
            .toList();
    MemorySegment mean = Arena.ofAuto().allocate(4L * elements);
    PartialDiagonals.of("t", ranges).mean(mean);

    assertThat(next).containsOnly(4L * elements);
    for (int i = 0; i < elements; i++) {
      double sum = 0;
      for (MemorySegment range : sums) {
        sum += range.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      }
      if (mean.getAtIndex(ValueLayout.JAVA_FLOAT, i) != (float) (sum / 3)) {
        assertThat(mean.getAtIndex(ValueLayout.JAVA_FLOAT, i)).isEqualTo((float) (sum / 3));
      }
    }
  }

  @Test
  void sampleSumsFollowOneAnotherInTheOrderOfRanges() {
    PartialDiagonals diagonals = PartialDiagonals.of("t", List.of(range(1, 2), range(0, 3)));

    assertThat(diagonals.sampleSums()).containsExactly(0.0, 1.0, 2.0, 100.0, 101.0);
    assertThat(diagonals.samples()).isEqualTo(5);
  }

  @Test
  void aRangeWhoseSamplesWereAllLeftOutAddsNothing() throws IOException {
    PartialSum nothing = inMemory(1, Arena.ofAuto().allocate(4L * ELEMENTS), List.of());

    assertThat(mean(List.of(range(0, 3), nothing))).isEqualTo(mean(List.of(range(0, 3))));
  }

  @Test
  void aMissingRangeIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PartialDiagonals.of("t", List.of(range(2, 1), range(0, 1))))
        .withMessage("[t] range 1 is missing or there twice among [0, 2]");
  }

  @Test
  void aRangeCountsOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PartialDiagonals.of("t", List.of(range(0, 1), range(0, 1))))
        .withMessage("[t] range 1 is missing or there twice among [0, 0]");
  }

  @Test
  void rangesOfDifferentSizesAreRefused() {
    PartialSum shorter = inMemory(1, Arena.ofAuto().allocate(8), List.of(1.0));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> PartialDiagonals.of("t", List.of(range(0, 1), shorter)))
        .withMessage("[t] 8 bytes where the other ranges have 40004, in float32");
  }

  @Test
  void aMeanOverNoSampleIsRefused() {
    PartialSum nothing = inMemory(0, Arena.ofAuto().allocate(4), List.of());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> PartialDiagonals.of("t", List.of(nothing)))
        .withMessage("[t] no sample counts in any range");
  }

  private static float[] mean(List<PartialSum> ranges) throws IOException {
    MemorySegment mean = Arena.ofAuto().allocate(4L * ELEMENTS);
    PartialDiagonals.of("t", ranges).mean(mean);
    return mean.toArray(ValueLayout.JAVA_FLOAT);
  }

  private static PartialSum inMemory(int range, MemorySegment sum, List<Double> sampleSums) {
    return new PartialSum(
        range,
        sum.byteSize(),
        (offset, target) -> target.copyFrom(sum.asSlice(offset, target.byteSize())),
        sampleSums);
  }

  private static PartialSum range(int number, int samples) {
    return inMemory(
        number,
        sum(number, ELEMENTS),
        IntStream.range(0, samples).mapToObj(i -> 100.0 * number + i).toList());
  }

  private static MemorySegment sum(int range, int elements) {
    SplittableRandom random = new SplittableRandom(range);
    MemorySegment sum = Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT, elements);
    for (int i = 0; i < elements; i++) {
      sum.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) Math.exp(random.nextDouble(-20, -10)));
    }
    return sum;
  }
}
