package dev.halcyon.analysis.similarity;

import dev.halcyon.analysis.similarity.tiles.Tiling;

/// By what power of two each column of each model is scaled.
final class UnitScales {
  private final int[][] exponents;
  private final double[][] scales;

  UnitScales(Tiling tiling, long unit, Magnitudes magnitudes) {
    int models = magnitudes.columns.length;
    this.exponents = new int[models][];
    this.scales = new double[models][tiling.columns(unit)];
    for (int model = 0; model < models; model++) {
      double[] largest = tiling.unfoldLargest(unit, magnitudes.columns[model]);
      exponents[model] = new int[largest.length];
      for (int column = 0; column < largest.length; column++) {
        exponents[model][column] = Magnitudes.exponent(largest[column]);
      }
      for (int column = 0; column < scales[model].length; column++) {
        int exponent = exponents[model][column % largest.length];
        scales[model][column] = Magnitudes.scale(exponent);
      }
    }
  }

  int exponent(int model, int column) {
    return exponents[model][column];
  }

  /// Of each model's columns, after folding.
  double[][] scales() {
    return scales;
  }
}
