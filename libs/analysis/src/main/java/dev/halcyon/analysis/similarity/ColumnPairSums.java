package dev.halcyon.analysis.similarity;

import dev.halcyon.contracts.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.SimilarityResult.Quantiles;
import dev.halcyon.tensors.Shape;
import java.util.Arrays;
import java.util.List;

/// The sums behind a pair's column cosines.
final class ColumnPairSums {
  private static final double SMALLEST_NORM = 1e-8;

  private final int first;
  private final int second;
  private final int width;
  private final double[] xx;
  private final double[] yy;
  private final double[] dd;

  ColumnPairSums(int first, int second, Shape shape) {
    this.first = first;
    this.second = second;
    this.width = Math.toIntExact(shape.columns());
    int columns = Math.toIntExact(shape.stack() * width);
    this.xx = new double[columns];
    this.yy = new double[columns];
    this.dd = new double[columns];
  }

  void add(long matrix, double[][] row) {
    int offset = (int) matrix * width;
    for (int c = 0; c < width; c++) {
      double x = row[first][c];
      double y = row[second][c];
      xx[offset + c] += x * x;
      yy[offset + c] += y * y;
      dd[offset + c] += (x - y) * (x - y);
    }
  }

  PairSimilarity result(List<ModelTensor> tensors) {
    double[] cosines = new double[xx.length];
    double distance = 0;
    long zeros = 0;
    for (int c = 0; c < xx.length; c++) {
      cosines[c] = cosine(c);
      distance += distance(c);
      zeros += xx[c] == 0 || yy[c] == 0 ? 1 : 0;
    }
    double mean = Arrays.stream(cosines).sum() / cosines.length;
    return new PairSimilarity(
        tensors.get(first).model() + "_vs_" + tensors.get(second).model(),
        cosines.length,
        mean,
        distance / cosines.length,
        quantiles(cosines),
        zeros);
  }

  private double cosine(int c) {
    double dot = (xx[c] + yy[c] - dd[c]) / 2;
    return dot
        / (Math.max(Math.sqrt(xx[c]), SMALLEST_NORM) * Math.max(Math.sqrt(yy[c]), SMALLEST_NORM));
  }

  private double distance(int c) {
    double x = Math.sqrt(xx[c]);
    double y = Math.sqrt(yy[c]);
    if (x == 0 || y == 0) {
      return x == y ? 0 : 1;
    }
    return (dd[c] - (x - y) * (x - y)) / (2 * x * y);
  }

  private static Quantiles quantiles(double[] cosines) {
    Arrays.sort(cosines);
    return new Quantiles(
        quantile(cosines, 0),
        quantile(cosines, 0.01),
        quantile(cosines, 0.05),
        quantile(cosines, 0.25),
        quantile(cosines, 0.5),
        quantile(cosines, 0.75),
        quantile(cosines, 0.95),
        quantile(cosines, 1));
  }

  private static double quantile(double[] sorted, double share) {
    if (sorted.length == 0 || Double.isNaN(sorted[sorted.length - 1])) {
      return Double.NaN;
    }
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
  }
}
