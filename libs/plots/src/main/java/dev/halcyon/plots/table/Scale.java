package dev.halcyon.plots.table;

import static java.util.Objects.requireNonNull;

/// How values become colours and heights.
public sealed interface Scale {
  /// What the values are, as the axis names it.
  String quantity();

  /// `1 − cosine` on a logarithmic axis fitted to the data.
  static Scale logDistance() {
    return new Logarithmic("1 − cosine");
  }

  /// The cosine itself between two fixed bounds, classically 0.8 and 1.
  static Scale linearCosine(double low, double high) {
    return new Linear("cosine", low, high);
  }

  /// Powers of ten, fitted to the data. Values that are not positive have no place on it and are
  /// shown as zero, apart.
  record Logarithmic(String quantity) implements Scale {
    public Logarithmic {
      requireNonNull(quantity, "quantity is null");
    }
  }

  /// Even steps from `low` to `high`; values beyond are drawn at the end and marked so.
  record Linear(String quantity, double low, double high) implements Scale {
    public Linear {
      requireNonNull(quantity, "quantity is null");
      if (!Double.isFinite(low) || !Double.isFinite(high) || low >= high) {
        throw new IllegalArgumentException(
            "scale of %s: %s must be below %s".formatted(quantity, low, high));
      }
    }
  }
}
