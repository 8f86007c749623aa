package dev.halcyon.analysis.fisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
  void theMeanIsTheExactOneRounded() {
    List<PartialSum> ranges = List.of(range(0, 3), range(1, 1), range(2, 5));
    float[] mean = mean(ranges);

    for (int i = 0; i < ELEMENTS; i++) {
      BigDecimal sum = BigDecimal.ZERO;
      for (PartialSum range : ranges) {
        sum = sum.add(new BigDecimal(range.sum().getAtIndex(ValueLayout.JAVA_FLOAT, i)));
      }
      float exact = sum.divide(BigDecimal.valueOf(9), EXACT_IN_TIES).floatValue();
      assertThat(mean[i]).isEqualTo(exact);
    }
  }

  @Test
  void theOrderOfArrivalDoesNotMatter() {
    float[] inOrder = mean(List.of(range(0, 3), range(1, 1), range(2, 5)));
    float[] shuffled = mean(List.of(range(2, 5), range(0, 3), range(1, 1)));

    assertThat(shuffled).isEqualTo(inOrder);
  }

  @Test
  void theMeanMayReplaceARangesSum() {
    List<PartialSum> ranges = List.of(range(0, 3), range(1, 1));
    float[] apart = mean(ranges);

    PartialDiagonals.of("t", ranges).mean(ranges.getFirst().sum());

    assertThat(ranges.getFirst().sum().toArray(ValueLayout.JAVA_FLOAT)).isEqualTo(apart);
  }

  @Test
  void sampleSumsFollowOneAnotherInTheOrderOfRanges() {
    PartialDiagonals diagonals = PartialDiagonals.of("t", List.of(range(1, 2), range(0, 3)));

    assertThat(diagonals.sampleSums()).containsExactly(0.0, 1.0, 2.0, 100.0, 101.0);
    assertThat(diagonals.samples()).isEqualTo(5);
  }

  @Test
  void aRangeWhoseSamplesWereAllLeftOutAddsNothing() {
    PartialSum nothing = new PartialSum(1, Arena.ofAuto().allocate(4L * ELEMENTS), List.of());

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
    PartialSum shorter = new PartialSum(1, Arena.ofAuto().allocate(8), List.of(1.0));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> PartialDiagonals.of("t", List.of(range(0, 1), shorter)))
        .withMessage("[t] 8 bytes where the other ranges have 40004, in float32");
  }

  @Test
  void aMeanOverNoSampleIsRefused() {
    PartialSum nothing = new PartialSum(0, Arena.ofAuto().allocate(4), List.of());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> PartialDiagonals.of("t", List.of(nothing)))
        .withMessage("[t] no sample counts in any range");
  }

  private static float[] mean(List<PartialSum> ranges) {
    MemorySegment mean = Arena.ofAuto().allocate(4L * ELEMENTS);
    PartialDiagonals.of("t", ranges).mean(mean);
    return mean.toArray(ValueLayout.JAVA_FLOAT);
  }

  private static PartialSum range(int number, int samples) {
    SplittableRandom random = new SplittableRandom(number);
    MemorySegment sum = Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT, ELEMENTS);
    for (int i = 0; i < ELEMENTS; i++) {
      sum.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) Math.exp(random.nextDouble(-20, -10)));
    }
    return new PartialSum(
        number, sum, IntStream.range(0, samples).mapToObj(i -> 100.0 * number + i).toList());
  }
}
