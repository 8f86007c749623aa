package dev.halcyon.analysis.taskvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChangeSumTest {
  /// A mean that is large beside the deviations, in blocks of uneven sizes, against exact sums.
  @Test
  void blocksAreMergedWithoutLossOfDigits() {
    Random random = new Random(3);
    ChangeSum sum = new ChangeSum();
    BigDecimal total = BigDecimal.ZERO;
    BigDecimal squares = BigDecimal.ZERO;
    int count = 0;
    for (int size : new int[] {1, 1000, 7, 64, 500}) {
      float[] block = new float[size];
      for (int i = 0; i < size; i++) {
        block[i] = 1000 + (float) random.nextGaussian();
        total = total.add(new BigDecimal(block[i]));
        squares = squares.add(new BigDecimal(block[i]).pow(2));
      }
      sum.add(new double[size], block, size);
      count += size;
    }
    BigDecimal mean = total.divide(BigDecimal.valueOf(count), MathContext.DECIMAL128);
    BigDecimal deviations = squares.subtract(total.multiply(mean));
    double std =
        Math.sqrt(
            deviations.divide(BigDecimal.valueOf(count - 1), MathContext.DECIMAL128).doubleValue());

    assertThat(sum.statistics().std()).isCloseTo(std, within(1e-11));
    assertThat(sum.statistics().mean()).isCloseTo(mean.doubleValue(), within(1e-9));
    assertThat(sum.statistics().norm()).isCloseTo(Math.sqrt(squares.doubleValue()), within(1e-8));
  }

  @Test
  void oneElementHasNoStandardDeviation() {
    ChangeSum sum = new ChangeSum();
    sum.add(new double[] {2}, new float[] {1}, 1);

    assertThat(sum.statistics()).isEqualTo(new ChangeStatistics(1, 1, 2, 1, Double.NaN, 1, 1));
  }

  @Test
  void whatIsNotDefinedShows() {
    ChangeSum sum = new ChangeSum();
    sum.add(new double[] {1, 1}, new float[] {1, Float.NaN}, 2);

    assertThat(sum.statistics().norm()).isNaN();
    assertThat(sum.statistics().max()).isNaN();
    assertThat(sum.statistics().std()).isNaN();
  }
}
