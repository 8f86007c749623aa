package dev.halcyon.tensors.kernels;

import java.util.Objects;

/// Sums in eight lanes, each of which takes every eighth number. A processor adds the lanes in
/// parallel, whereas the additions of a single sum depend on each other. The order of the
/// additions, and with it the last bit, is the same on every machine.
public final class LaneSum {
  private static final int LANES = 8;

  private LaneSum() {}

  /// The sum of all numbers.
  public static double of(double[] values) {
    return of(values, 0, values.length);
  }

  /// The sum of the numbers from one index up to another, which is not among them.
  public static double of(double[] values, int from, int to) {
    Objects.checkFromToIndex(from, to, values.length);
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    double e = 0;
    double f = 0;
    double g = 0;
    double h = 0;
    int at = from;
    for (; at <= to - LANES; at += LANES) {
      a += values[at];
      b += values[at + 1];
      c += values[at + 2];
      d += values[at + 3];
      e += values[at + 4];
      f += values[at + 5];
      g += values[at + 6];
      h += values[at + 7];
    }
    double sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
    for (; at < to; at++) {
      sum += values[at];
    }
    return sum;
  }
}
