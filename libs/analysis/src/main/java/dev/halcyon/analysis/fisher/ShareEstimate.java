package dev.halcyon.analysis.fisher;

/// How well a share of the model's Fisher information is known from so many samples.
///
/// A share is a ratio of two means over samples: of `x_i`, what a sample's squared gradient sums up
/// to in the part, and `t_i`, what it sums up to in the whole model. With `R = sum x_i / sum t_i`
/// the variance of such a ratio is, to first order (the delta method; Cochran 1977, "Sampling
/// Techniques", 3rd edition, sections 2.11 and 6.4, without the correction for finite populations,
/// because samples stand for all text of their kind),
///
/// `var(R) = n / (n - 1) * sum (x_i - R t_i)^2 / (sum t_i)^2`.
///
/// It describes the scatter between samples. With few samples, or one that dominates, it is itself
/// uncertain and tends to be too small.
final class ShareEstimate {
  private ShareEstimate() {}

  /// The standard error of a part's share.
  ///
  /// @param part for each sample, its sum over the part
  /// @param total for each sample, its sum over the model
  /// @return not defined for fewer than two samples, or where the total is zero
  static double standardError(double[] part, double[] total) {
    double whole = sum(total);
    int samples = total.length;
    if (samples < 2 || !(whole > 0)) {
      return Double.NaN;
    }
    double ratio = sum(part) / whole;
    CompensatedSum squares = new CompensatedSum();
    for (int i = 0; i < samples; i++) {
      double residual = (part[i] - ratio * total[i]) / whole;
      squares.add(residual * residual);
    }
    return Math.sqrt(squares.value() * samples / (samples - 1));
  }

  static double sum(double[] values) {
    CompensatedSum sum = new CompensatedSum();
    for (double value : values) {
      sum.add(value);
    }
    return sum.value();
  }
}
