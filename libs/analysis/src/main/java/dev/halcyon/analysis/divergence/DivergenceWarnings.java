package dev.halcyon.analysis.divergence;

import dev.halcyon.analysis.fisher.CheckpointWarnings;
import dev.halcyon.contracts.request.DivergenceEstimator;
import dev.halcyon.contracts.results.DivergenceOutcome;
import dev.halcyon.contracts.results.DivergenceOutcome.Vocabulary;
import dev.halcyon.contracts.results.DivergenceReport.Estimate;
import dev.halcyon.contracts.results.DivergenceReport.Measured;
import dev.halcyon.contracts.results.DivergenceReport.Sample;
import dev.halcyon.contracts.results.DivergenceReport.Trial;
import dev.halcyon.contracts.results.FisherCalibration.LeftOut;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a reader of the numbers must know.
final class DivergenceWarnings {
  /// A sample with more than this share of the divergence is named.
  static final double DOMINANT_SHARE = 0.25;

  /// A residual of more than this part of what was measured is named, where it is beyond its
  /// standard error.
  static final double LARGE_RESIDUAL = 0.01;

  /// A divergence with a larger standard error, as a part of it, requires more samples.
  static final double UNCERTAIN = 0.25;

  private DivergenceWarnings() {}

  static List<String> of(
      Measured measured,
      List<Trial> trials,
      List<Sample> samples,
      DivergenceOutcome outcome,
      DivergenceEstimator estimator) {
    List<String> warnings = new ArrayList<>();
    vocabulary(outcome.vocabulary()).ifPresent(warnings::add);
    fewSamples(measured.kl(), samples.size(), warnings);
    samples.stream()
        .filter(sample -> samples.size() > 1 && sample.share() > dominant(samples.size()))
        .map(sample -> dominant(sample, samples.size()))
        .forEach(warnings::add);
    if (!trials.isEmpty()) {
      residuals(measured, trials.getLast(), estimator, warnings);
    }
    lossDifference(measured.lossDifference(), estimator, warnings);
    for (LeftOut sample : outcome.leftOut()) {
      warnings.add("sample %s was excluded: %s".formatted(sample.sample(), sample.reason()));
    }
    if (outcome.tooShort() > 0) {
      warnings.add(
          "%d samples of fewer than %d tokens were skipped"
              .formatted(outcome.tooShort(), estimator.minTokens()));
    }
    warnings.addAll(CheckpointWarnings.of(outcome.checkpoint(), "`checkpoint` in report.json"));
    return warnings;
  }

  private static Optional<String> vocabulary(Vocabulary tokens) {
    if (tokens.base() == tokens.compared() && tokens.fineTune() == tokens.compared()) {
      return Optional.empty();
    }
    return Optional.of(
        ("the base has %d tokens and the fine-tune %d: both distributions are over the first %d,"
                + " and further rows of embeddings and head are ignored")
            .formatted(tokens.base(), tokens.fineTune(), tokens.compared()));
  }

  /// Of few samples each has a large share.
  private static double dominant(int samples) {
    return Math.max(DOMINANT_SHARE, 2.0 / samples);
  }

  private static void fewSamples(Estimate kl, int samples, List<String> warnings) {
    if (samples < 2) {
      warnings.add("standard errors need at least two samples and are undefined");
    } else if (kl.standardError() > UNCERTAIN * kl.value()) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the standard error of the divergence is %.0f %% of it (%d samples): use more"
                  + " samples",
              100 * kl.standardError() / kl.value(),
              samples));
    }
  }

  private static String dominant(Sample sample, int samples) {
    return String.format(
        Locale.ROOT,
        "sample %s (%d tokens) holds %.0f %% of the divergence of all %d samples; take more"
            + " samples",
        sample.sample(),
        sample.tokens(),
        100 * sample.share(),
        samples);
  }

  private static void residuals(
      Measured measured, Trial trial, DivergenceEstimator estimator, List<String> warnings) {
    if (estimator.objective().hasKl()) {
      residual("the divergence", measured.kl(), trial.klResidual(), trial, estimator, warnings);
    }
    if (estimator.objective().hasLoss()) {
      residual(
          "the difference in loss",
          measured.lossDifference(),
          trial.lossResidual(),
          trial,
          estimator,
          warnings);
    }
  }

  private static void residual(
      String what,
      Estimate measured,
      Estimate residual,
      Trial trial,
      DivergenceEstimator estimator,
      List<String> warnings) {
    double size = Math.abs(residual.value());
    boolean large = size > LARGE_RESIDUAL * Math.abs(measured.value());
    boolean beyondItsError = !(size <= residual.standardError());
    if (large && beyondItsError && measured.value() != 0) {
      String advice =
          estimator.nodes() == 0 || trial.nodes() == DivergenceEstimator.MAX_NODES
              ? ""
              : "; use more --nodes, or auto";
      warnings.add(
          String.format(
              Locale.ROOT,
              "the attributions add up to %.1f %% of %s with %d nodes%s",
              100 * (1 - residual.value() / measured.value()),
              what,
              trial.nodes(),
              advice));
    }
  }

  private static void lossDifference(
      Estimate difference, DivergenceEstimator estimator, List<String> warnings) {
    if (estimator.objective().hasLoss()
        && Math.abs(difference.value()) < 2 * difference.standardError()) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the difference in loss, %.2g +- %.2g, is not distinguishable from 0 with these"
                  + " samples: its attributions are not reliable",
              difference.value(),
              difference.standardError()));
    }
  }
}
