package dev.halcyon.transformer;

/// How far values are from the truth.
final class Distance {
  private Distance() {}

  /// Norm of the difference over norm of the truth.
  static double relative(float[] values, float[] truth) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < truth.length; i++) {
      difference += Math.pow((double) values[i] - truth[i], 2);
      norm += Math.pow(truth[i], 2);
    }
    return difference == 0 ? 0 : Math.sqrt(difference / norm);
  }
}
