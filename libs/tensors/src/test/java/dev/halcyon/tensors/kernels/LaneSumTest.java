package dev.halcyon.tensors.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LaneSumTest {
  @Test
  void addsUpEachNumberOnce() {
    for (int length = 0; length < 40; length++) {
      double[] values = IntStream.range(0, length).mapToDouble(i -> 1L << i).toArray();
      assertThat(LaneSum.of(values)).isEqualTo((double) ((1L << length) - 1));
    }
  }

  @Test
  void addsUpARangeAlone() {
    double[] values = IntStream.range(0, 40).mapToDouble(i -> 1L << i).toArray();
    assertThat(LaneSum.of(values, 3, 30)).isEqualTo((double) ((1L << 30) - (1L << 3)));
    assertThatThrownBy(() -> LaneSum.of(values, 3, 41))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
