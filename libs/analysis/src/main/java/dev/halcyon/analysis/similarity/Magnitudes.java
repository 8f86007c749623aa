package dev.halcyon.analysis.similarity;

import java.util.Arrays;

/// The largest sizes among finite elements, and how many others there are.
final class Magnitudes {
  /// Powers of two beyond this would leave the range of float64 when a number is scaled by them.
  private static final int MOST_EXPONENT = 1000;

  /// Of each model's columns.
  final double[][] columns;

  /// Of each model's elements in all columns.
  final double[] sizes;

  /// Of each model's difference from the first.
  final double[] changes;

  /// Infinities and NaNs of each model.
  final long[] nonFinite;

  Magnitudes(int models, int columns) {
    this.columns = new double[models][columns];
    this.sizes = new double[models];
    this.changes = new double[models];
    this.nonFinite = new long[models];
  }

  void clear() {
    for (double[] model : columns) {
      Arrays.fill(model, 0);
    }
    Arrays.fill(sizes, 0);
    Arrays.fill(changes, 0);
    Arrays.fill(nonFinite, 0);
  }

  /// Adds a row of each model.
  void addRow(double[][] values, int count) {
    for (int model = 0; model < values.length; model++) {
      nonFinite[model] += addRow(columns[model], values[model], count);
      changes[model] = Math.max(changes[model], largestChange(values[0], values[model], count));
    }
  }

  private static long addRow(double[] largest, double[] values, int count) {
    long nonFinite = 0;
    for (int i = 0; i < count; i++) {
      double size = Math.abs(values[i]);
      if (size <= Double.MAX_VALUE) {
        largest[i] = Math.max(largest[i], size);
      } else {
        nonFinite++;
      }
    }
    return nonFinite;
  }

  private static double largestChange(double[] base, double[] values, int count) {
    double largest = 0;
    for (int i = 0; i < count; i++) {
      double size = Math.abs(values[i] - base[i]);
      largest = size <= Double.MAX_VALUE ? Math.max(largest, size) : largest;
    }
    return largest;
  }

  void add(Magnitudes other) {
    for (int model = 0; model < columns.length; model++) {
      for (int column = 0; column < other.columns[model].length; column++) {
        double size = other.columns[model][column];
        sizes[model] = Math.max(sizes[model], size);
        if (column < columns[model].length) {
          columns[model][column] = Math.max(columns[model][column], size);
        }
      }
      changes[model] = Math.max(changes[model], other.changes[model]);
      nonFinite[model] += other.nonFinite[model];
    }
  }

  /// The power of two by which a size lies near 1; 0 for the size 0.
  static int exponent(double size) {
    return size == 0 ? 0 : Math.clamp(Math.getExponent(size), -MOST_EXPONENT, MOST_EXPONENT);
  }

  /// What a number is multiplied by to scale it by `2^-exponent`.
  static double scale(int exponent) {
    return Math.scalb(1.0, -exponent);
  }
}
