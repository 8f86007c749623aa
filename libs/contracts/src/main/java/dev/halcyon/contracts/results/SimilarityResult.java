package dev.halcyon.contracts.results;

import java.util.List;

/// What one pass over a tensor of several models found.
///
/// @param pairs one entry for each pair of models that has the tensor, in the plan's order of pairs
/// @param changes one entry for each fine-tune that has the tensor together with the base, in the
///   models' order
/// @param changePairs one entry for each pair of fine-tunes that both have an entry in `changes`
/// @param nonFinite models whose tensor holds infinities or NaNs, with how many; statistics that
///   involve such a model are not defined
public record SimilarityResult(
    List<PairSimilarity> pairs,
    List<TaskVectorStatistics> changes,
    List<TaskVectorPair> changePairs,
    List<NonFinite> nonFinite) {
  public SimilarityResult {
    pairs = List.copyOf(pairs);
    changes = List.copyOf(changes);
    changePairs = List.copyOf(changePairs);
    nonFinite = List.copyOf(nonFinite);
  }

  /// The column cosines of two models.
  ///
  /// @param pair as `base_vs_ft1`
  /// @param columns number of columns
  /// @param cosine mean over columns of the cosine, each norm clamped at 1e-8 (a column of zeros
  ///   counts 0)
  /// @param distance mean over columns of 1 - cosine by differences, without a clamp: 0 where both
  ///   columns are zero, 1 where one is
  /// @param quantiles of the cosine over columns
  /// @param zeroColumns columns that are zero in at least one of the two
  public record PairSimilarity(
      String pair,
      long columns,
      double cosine,
      double distance,
      Quantiles quantiles,
      long zeroColumns) {}

  /// Quantiles, linearly interpolated between order statistics.
  public record Quantiles(
      double min,
      double p01,
      double p05,
      double p25,
      double p50,
      double p75,
      double p95,
      double max) {}

  /// A fine-tune's change against the base, element by element.
  ///
  /// @param model as `ft1`
  /// @param relativeChange `|W' - W| / |W|` in the Frobenius norm; not defined where the base is
  ///   zero and the change is not, 0 where neither is there
  /// @param identical share of elements that are equal after widening, 0-1
  /// @param mean of the change
  /// @param std population standard deviation of the change
  /// @param min smallest change
  /// @param max largest change
  public record TaskVectorStatistics(
      String model,
      double relativeChange,
      double identical,
      double mean,
      double std,
      double min,
      double max) {}

  /// How two fine-tunes' changes relate.
  ///
  /// @param pair as `ft1_vs_ft2`
  /// @param cosine of the flattened task vectors; not defined where one is zero
  /// @param signConflict share of opposite signs among the elements changed in both, 0-1; not
  ///   defined where there is none
  public record TaskVectorPair(String pair, double cosine, double signConflict) {}

  /// Elements of a model's tensor that are infinite or not a number.
  public record NonFinite(String model, long elements) {}
}
