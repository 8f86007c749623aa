package dev.halcyon.plots.axis;

import java.util.ArrayList;
import java.util.List;

/// Even steps between two bounds.
public record LinearAxis(double low, double high) implements Axis {
  private static final double[] STEPS = {1, 2, 5, 10};

  // Bounds such as 0.8 are no multiples of the step in binary; this much of a step is forgiven.
  private static final double ROUNDING = 1e-6;

  public LinearAxis {
    if (!(low < high)) {
      throw new IllegalArgumentException("axis from " + low + " to " + high);
    }
  }

  /// From zero to a round number at or above `largest`, or to 1 where that is zero.
  public static LinearAxis fromZero(double largest) {
    if (largest <= 0) {
      return new LinearAxis(0, 1);
    }
    double margin = largest * 1.04;
    double unit = Math.pow(10, Math.floor(Math.log10(margin))) / 10;
    return new LinearAxis(0, Math.ceil(margin / unit) * unit);
  }

  @Override
  public double position(double value) {
    return (value - low) / (high - low);
  }

  @Override
  public List<Tick> ticks(double length, double spacing) {
    double step = step(spacing / length * (high - low));
    int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + ROUNDING));
    List<Tick> ticks = new ArrayList<>();
    long last = (long) Math.floor(high / step + ROUNDING);
    for (long i = (long) Math.ceil(low / step - ROUNDING); i <= last; i++) {
      double value = i * step;
      ticks.add(new Tick(clamped(value), NumberText.fixed(value, decimals)));
    }
    return ticks;
  }

  @Override
  public String lowLabel() {
    return NumberText.exact(low);
  }

  @Override
  public String highLabel() {
    return NumberText.exact(high);
  }

  private static double step(double smallest) {
    double unit = Math.pow(10, Math.floor(Math.log10(smallest)));
    for (double step : STEPS) {
      if (step * unit >= smallest * (1 - ROUNDING)) {
        return step * unit;
      }
    }
    return 10 * unit;
  }
}
