package dev.halcyon.transformer.internal.run;

import java.util.ArrayList;
import java.util.List;

/// Gauss-Legendre quadrature on [0, 1]: n nodes are exact for polynomials of degree 2 n - 1.
///
/// Nodes are the roots of the Legendre polynomial P_n by Newton's method, weights `2 / ((1 - x^2)
/// P_n'(x)^2)` (Abramowitz and Stegun 1964, 25.4.29), both moved from [-1, 1].
final class GaussLegendre {
  private static final int ITERATIONS = 20;

  private GaussLegendre() {}

  /// @param position 0 at the base, 1 at the fine-tune
  /// @param weight of the integrand there
  record Node(double position, double weight) {}

  static List<Node> nodes(int count) {
    List<Node> nodes = new ArrayList<>();
    for (int i = count; i >= 1; i--) {
      nodes.add(node(count, Math.cos(Math.PI * (i - 0.25) / (count + 0.5))));
    }
    return nodes;
  }

  private static Node node(int count, double guess) {
    double x = guess;
    for (int i = 0; i < ITERATIONS; i++) {
      x -= legendre(count, x) / slope(count, x);
    }
    double slope = slope(count, x);
    return new Node((1 + x) / 2, 1 / ((1 - x * x) * slope * slope));
  }

  private static double legendre(int degree, double x) {
    double before = 1;
    double value = x;
    for (int k = 2; k <= degree; k++) {
      double next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
      before = value;
      value = next;
    }
    return degree == 0 ? 1 : value;
  }

  private static double slope(int degree, double x) {
    return degree * (x * legendre(degree, x) - legendre(degree - 1, x)) / (x * x - 1);
  }
}
