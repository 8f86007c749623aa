package dev.halcyon.transformer;

/// Sums of values with random signs, from which the norm of a difference can be told without
/// keeping the values; the signs are those of `tools/golden/example_models_golden.py`.
final class Projection {
  private static final int COUNT = Long.SIZE;

  private Projection() {}

  static double[] of(float[] values) {
    double[] sums = new double[COUNT];
    for (int i = 0; i < values.length; i++) {
      long bits = mix((i + 1) * 0x9E3779B97F4A7C15L);
      for (int k = 0; k < COUNT; k++) {
        sums[k] += (bits >>> k & 1) == 1 ? values[i] : -values[i];
      }
    }
    return sums;
  }

  /// Estimate of the norm of the difference between what two projections were made of.
  static double distance(double[] one, double[] other) {
    double squares = 0;
    for (int k = 0; k < COUNT; k++) {
      squares += Math.pow(one[k] - other[k], 2);
    }
    return Math.sqrt(squares / COUNT);
  }

  /// SplitMix64's finaliser.
  static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
