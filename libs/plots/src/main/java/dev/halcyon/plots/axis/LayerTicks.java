package dev.halcyon.plots.axis;

import dev.halcyon.plots.figure.TextStyle;
import java.util.ArrayList;
import java.util.List;

/// Which layer numbers are written below an axis: round steps, labels well apart.
public final class LayerTicks {
  private static final int[] STEPS = {1, 2, 4, 5, 8, 10, 16, 20, 25, 32, 40, 50, 64, 100, 128};
  private static final double LEAST_DISTANCE = 24;
  private static final double LEAST_GAP = 8;

  private LayerTicks() {}

  /// Indices into `layers` to label, where neighbouring entries stand `pitch` pixels apart.
  public static List<Integer> indices(List<Integer> layers, double pitch) {
    double distance = labelDistance(layers);
    for (int step : STEPS) {
      List<Integer> indices = multiples(layers, step);
      if (!indices.isEmpty() && areApart(indices, pitch, distance)) {
        return indices;
      }
    }
    return layers.isEmpty() ? List.of() : List.of(0);
  }

  private static double labelDistance(List<Integer> layers) {
    double widest =
        layers.stream()
            .mapToDouble(layer -> TextStyle.TICK.width(Integer.toString(layer)))
            .max()
            .orElse(0);
    return Math.max(LEAST_DISTANCE, widest + LEAST_GAP);
  }

  private static List<Integer> multiples(List<Integer> layers, int step) {
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i) % step == 0) {
        indices.add(i);
      }
    }
    return indices;
  }

  private static boolean areApart(List<Integer> indices, double pitch, double distance) {
    for (int i = 1; i < indices.size(); i++) {
      if ((indices.get(i) - indices.get(i - 1)) * pitch < distance) {
        return false;
      }
    }
    return true;
  }
}
