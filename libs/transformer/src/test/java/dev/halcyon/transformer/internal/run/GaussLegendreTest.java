package dev.halcyon.transformer.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GaussLegendreTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void integratesPolynomialsOfTwiceItsNodesExactly(int count) {
    List<GaussLegendre.Node> nodes = GaussLegendre.nodes(count);
    for (int degree = 0; degree < 2 * count; degree++) {
      assertThat(integral(nodes, degree))
          .as("x^%d", degree)
          .isCloseTo(1.0 / (degree + 1), within(1e-14));
    }
    assertThat(Math.abs(integral(nodes, 2 * count) - 1.0 / (2 * count + 1))).isGreaterThan(1e-12);
  }

  private static double integral(List<GaussLegendre.Node> nodes, int degree) {
    return nodes.stream()
        .mapToDouble(node -> node.weight() * Math.pow(node.position(), degree))
        .sum();
  }
}
