package dev.halcyon.plots.axis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LayerTicksTest {
  private static List<Integer> upTo(int layers) {
    return IntStream.range(0, layers).boxed().toList();
  }

  @Test
  void stepsAreRoundAndLabelsTwentyFourPixelsApart() {
    for (int layers = 1; layers <= 200; layers++) {
      for (double pitch = 3; pitch < 60; pitch += 1.7) {
        List<Integer> indices = LayerTicks.indices(upTo(layers), pitch);
        assertThat(indices.getFirst()).isZero();
        for (int i = 1; i < indices.size(); i++) {
          int step = indices.get(i) - indices.get(i - 1);
          assertThat(step).isEqualTo(indices.get(1));
          assertThat(step * pitch).isGreaterThanOrEqualTo(24);
        }
      }
    }
  }

  @Test
  void stepIsTheSmallestThatFits() {
    assertThat(LayerTicks.indices(upTo(8), 40)).isEqualTo(upTo(8));
    assertThat(LayerTicks.indices(upTo(32), 10)).containsExactly(0, 4, 8, 12, 16, 20, 24, 28);
    assertThat(LayerTicks.indices(upTo(30), 5)).containsExactly(0, 5, 10, 15, 20, 25);
    assertThat(LayerTicks.indices(upTo(24), 12.5)).hasSize(12);
  }

  @Test
  void layersThatAreNoMultiplesAreStillNumbered() {
    assertThat(LayerTicks.indices(List.of(7), 40)).containsExactly(0);
    assertThat(LayerTicks.indices(List.of(1, 3, 5, 7, 9, 11), 10)).isNotEmpty();
    assertThat(LayerTicks.indices(List.of(3, 17), 60)).containsExactly(0, 1);
  }

  @Test
  void noLayersHaveNoNumbers() {
    assertThat(LayerTicks.indices(List.of(), 10)).isEmpty();
  }
}
