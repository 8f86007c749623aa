package dev.halcyon.analysis.taskvector;

/// Statistics of a tensor's change, block by block: blocks are merged by Chan, Golub and LeVeque's
/// formula ("Updating formulae and a pairwise algorithm for computing sample variances", 1979).
final class ChangeSum {
  private long count;
  private double mean;

  /// Sum of squared deviations from the mean.
  private double deviations;

  private double squares;
  private double baseSquares;
  private double max = Double.NEGATIVE_INFINITY;
  private double min = Double.POSITIVE_INFINITY;

  /// Adds the first elements of a block.
  void add(double[] base, float[] change, int size) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += change[i];
      squares += (double) change[i] * change[i];
      baseSquares += base[i] * base[i];
      max = Math.max(max, change[i]);
      min = Math.min(min, change[i]);
    }
    merge(sum / size, deviations(change, size, sum / size), size);
  }

  /// Adds elements that are the base's own.
  void addUnchanged(long size) {
    max = Math.max(max, 0);
    min = Math.min(min, 0);
    merge(0, 0, size);
  }

  private static double deviations(float[] change, int size, double mean) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += (change[i] - mean) * (change[i] - mean);
    }
    return sum;
  }

  private void merge(double otherMean, double otherDeviations, long other) {
    double total = (double) count + other;
    double difference = otherMean - mean;
    mean += difference * other / total;
    deviations += otherDeviations + difference * difference * count * other / total;
    count += other;
  }

  ChangeStatistics statistics() {
    return new ChangeStatistics(
        count,
        Math.sqrt(squares),
        Math.sqrt(baseSquares),
        count == 0 ? Double.NaN : mean,
        count < 2 ? Double.NaN : Math.sqrt(deviations / (count - 1)),
        count == 0 ? Double.NaN : max,
        count == 0 ? Double.NaN : min);
  }
}
