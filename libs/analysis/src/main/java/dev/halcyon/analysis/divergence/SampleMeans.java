package dev.halcyon.analysis.divergence;

import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import dev.halcyon.contracts.results.DivergenceOutcome.Sample;
import dev.halcyon.contracts.results.DivergenceReport.Estimate;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Weighted means over samples and their standard errors.
///
/// With weights w the mean is the ratio `R = sum w x / sum w`, and to first order its variance `n /
/// (n - 1) sum w^2 (x - R)^2 / (sum w)^2` (the delta method; Cochran 1977, "Sampling Techniques",
/// 3rd edition, section 6.4, without the correction for finite populations); with equal weights
/// that is the usual standard error of a mean.
final class SampleMeans {
  private final List<Sample> samples;
  private final double[] weights;
  private final double total;

  SampleMeans(List<Sample> samples, Weighting weighting) {
    this.samples = samples;
    this.weights =
        samples.stream()
            .mapToDouble(sample ->
                switch (weighting) {
                  case SAMPLE -> 1;
                  case TOKEN -> sample.tokens();
                })
            .toArray();
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    this.total = sum;
  }

  Estimate of(ToDoubleFunction<Sample> value) {
    return of(samples.stream().mapToDouble(value).toArray());
  }

  /// @param values by sample; not defined where there are none
  Estimate of(double[] values) {
    if (values.length == 0) {
      return Estimate.UNDEFINED;
    }
    double mean = mean(values);
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      double deviation = weights[i] / total * (values[i] - mean);
      squares += deviation * deviation;
    }
    int n = values.length;
    return new Estimate(mean, n < 2 ? Double.NaN : Math.sqrt(squares * n / (n - 1)));
  }

  /// A sample's part of the mean of some values.
  double part(int sample, double value) {
    return weights[sample] * value / total;
  }

  private double mean(double[] values) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] / total * values[i];
    }
    return sum;
  }
}
