package dev.halcyon.plots.axis;

import java.util.List;

/// Maps values to 0 (low end) to 1 (high end), and says where to write which numbers.
public sealed interface Axis permits LogarithmicAxis, LinearAxis {
  /// Below 0 or above 1 where the value is beyond the ends.
  double position(double value);

  /// Ticks at least `spacing` pixels apart on an axis of `length` pixels, rising.
  List<Tick> ticks(double length, double spacing);

  /// The low end as a label.
  String lowLabel();

  /// The high end as a label.
  String highLabel();

  /// The position cut off at the ends.
  default double clamped(double value) {
    return Math.clamp(position(value), 0.0, 1.0);
  }
}
