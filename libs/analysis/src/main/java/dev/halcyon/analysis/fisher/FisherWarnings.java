package dev.halcyon.analysis.fisher;

import dev.halcyon.contracts.request.FisherEstimator;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import dev.halcyon.contracts.results.FisherCalibration;
import dev.halcyon.contracts.results.FisherCheckpoint;
import dev.halcyon.contracts.results.FisherReport.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a reader of the numbers must know.
final class FisherWarnings {
  /// A sample with more than this share of the total is named.
  static final double DOMINANT_SHARE = 0.25;

  private FisherWarnings() {}

  static List<String> of(
      FisherCheckpoint checkpoint,
      List<Sample> samples,
      double total,
      FisherEstimator estimator,
      FisherCalibration calibration) {
    List<String> warnings =
        new ArrayList<>(CheckpointWarnings.of(checkpoint, "`unused` in summary.json"));
    samples.stream()
        .filter(sample -> sample.share() > DOMINANT_SHARE)
        .map(sample -> dominant(sample, samples.size(), estimator))
        .forEach(warnings::add);
    for (FisherCalibration.LeftOut sample : calibration.leftOut()) {
      warnings.add("sample %s was excluded: %s".formatted(sample.sample(), sample.reason()));
    }
    if (calibration.tooShort() > 0) {
      warnings.add(tooShort(calibration.tooShort(), estimator.minTokens()));
    }
    if (samples.size() < 2) {
      warnings.add("standard errors need at least two samples and are undefined");
    }
    if (!(total > 0)) {
      warnings.add("every gradient is zero: shares are not defined");
    }
    return warnings;
  }

  private static String dominant(Sample sample, int samples, FisherEstimator estimator) {
    String advice =
        estimator.weighting() == Weighting.SAMPLE
            ? "; take more samples, skip short ones (--min-tokens) or weight by tokens (--weighting"
                + " token)"
            : "; take more samples";
    return String.format(
        Locale.ROOT,
        "sample %s (%d tokens) holds %.0f %% of the Fisher information of all %d samples%s",
        sample.sample(),
        sample.tokens(),
        100 * sample.share(),
        samples,
        advice);
  }

  private static String tooShort(long samples, int minTokens) {
    return samples == 1
        ? "1 sample of fewer than %d tokens was skipped".formatted(minTokens)
        : "%d samples of fewer than %d tokens were skipped".formatted(samples, minTokens);
  }
}
