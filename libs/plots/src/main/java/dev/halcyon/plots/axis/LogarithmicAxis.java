package dev.halcyon.plots.axis;

import java.util.ArrayList;
import java.util.List;

/// Even steps in the power of ten.
///
/// @param low power of ten at the low end
/// @param high power of ten at the high end
/// @param plain labels as `0.1` rather than `10⁻¹`
public record LogarithmicAxis(double low, double high, boolean plain) implements Axis {
  // Values closer than this would make noise look like contrast.
  private static final double LEAST_DECADES = 0.5;
  private static final double[][] MANTISSAS = {{1}, {1, 2, 5}, {1, 1.5, 2, 3, 4, 5, 7}};
  private static final double ROUNDING = 1e-9;

  public LogarithmicAxis {
    if (!(low < high)) {
      throw new IllegalArgumentException("axis from 10^" + low + " to 10^" + high);
    }
  }

  /// An axis that just holds the positive values `smallest` to `largest`, widened about its middle
  /// where they are nearly equal.
  public static LogarithmicAxis fit(double smallest, double largest) {
    double low = Math.log10(smallest);
    double high = Math.log10(largest);
    double widen = Math.max(0, LEAST_DECADES - (high - low)) / 2;
    return new LogarithmicAxis(low - widen, high + widen, false);
  }

  public LogarithmicAxis plainLabels() {
    return new LogarithmicAxis(low, high, true);
  }

  @Override
  public double position(double value) {
    return (Math.log10(value) - low) / (high - low);
  }

  @Override
  public List<Tick> ticks(double length, double spacing) {
    double decade = length / (high - low);
    int every = Math.max(1, (int) Math.ceil(spacing / decade));
    if (every > 1) {
      return powers(every);
    }
    List<Tick> ticks = List.of();
    for (double[] mantissas : MANTISSAS) {
      ticks = apart(multiples(mantissas), spacing / length);
      if (ticks.size() > 1) {
        break;
      }
    }
    return ticks;
  }

  @Override
  public String lowLabel() {
    return endLabel(low);
  }

  @Override
  public String highLabel() {
    return endLabel(high);
  }

  private static String endLabel(double power) {
    long whole = Math.round(power);
    return Math.abs(power - whole) < ROUNDING
        ? NumberText.power((int) whole)
        : NumberText.scientific(Math.pow(10, power), 2);
  }

  private List<Tick> powers(int every) {
    int first = (int) Math.ceil(low - ROUNDING);
    int last = (int) Math.floor(high + ROUNDING);
    int aligned = Math.ceilDiv(first, every) * every;
    List<Tick> ticks = new ArrayList<>();
    for (int power = aligned + every <= last ? aligned : first; power <= last; power += every) {
      ticks.add(tick(1, power));
    }
    return ticks;
  }

  private List<Tick> multiples(double[] mantissas) {
    List<Tick> ticks = new ArrayList<>();
    for (int power = (int) Math.floor(low); power <= high; power++) {
      for (double mantissa : mantissas) {
        Tick tick = tick(mantissa, power);
        if (tick.position() >= -ROUNDING && tick.position() <= 1 + ROUNDING) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  private static List<Tick> apart(List<Tick> ticks, double least) {
    List<Tick> kept = new ArrayList<>();
    for (Tick tick : ticks) {
      if (kept.isEmpty() || tick.position() - kept.getLast().position() >= least) {
        kept.add(tick);
      }
    }
    return kept;
  }

  private Tick tick(double mantissa, int power) {
    double position = (Math.log10(mantissa) + power - low) / (high - low);
    return new Tick(position, label(mantissa, power));
  }

  private String label(double mantissa, int power) {
    if (plain) {
      double value = mantissa * Math.pow(10, power);
      int decimals = Math.max(0, -power + (mantissa % 1 == 0 ? 0 : 1));
      return NumberText.fixed(value, decimals);
    }
    return mantissa == 1
        ? NumberText.power(power)
        : NumberText.fixed(mantissa, mantissa % 1 == 0 ? 0 : 1) + "·" + NumberText.power(power);
  }
}
