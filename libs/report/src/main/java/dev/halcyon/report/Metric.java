package dev.halcyon.report;

/// A number that the page shows of tensors, and how several are put together.
///
/// @param id in the page's data and in its address
/// @param label readable name
/// @param subject what it is a number of
/// @param percent whether it is a share
/// @param signed whether it may be negative
/// @param total how the tensors of a cell are put together
/// @param explanation one sentence
record Metric(
    String id,
    String label,
    Subject subject,
    boolean percent,
    boolean signed,
    Total total,
    String explanation) {
  /// What a number is a number of.
  enum Subject {
    PAIR,
    FINE_TUNE,
    FINE_TUNE_PAIR,
    MODEL
  }

  /// How numbers of several tensors are put together.
  enum Total {
    MEAN,
    /// Each tensor counts by its elements.
    MEAN_OF_ELEMENTS,
    SUM
  }

  static final Metric DISTANCE =
      new Metric(
          "distance",
          "Distance (1 − cosine)",
          Subject.PAIR,
          false,
          false,
          Total.MEAN,
          "Mean over columns of 1 − cosine between the two models.");
  static final Metric RELATIVE_CHANGE =
      new Metric(
          "relative_change",
          "Relative change",
          Subject.FINE_TUNE,
          false,
          false,
          Total.MEAN,
          "Norm of the change over norm of the base's tensor.");
  static final Metric IDENTICAL =
      new Metric(
          "identical",
          "Identical elements",
          Subject.FINE_TUNE,
          true,
          false,
          Total.MEAN_OF_ELEMENTS,
          "Share of elements that are equal in base and fine-tune.");
  static final Metric TASK_COSINE =
      new Metric(
          "task_cosine",
          "Cosine of the changes",
          Subject.FINE_TUNE_PAIR,
          false,
          true,
          Total.MEAN,
          "Cosine between two fine-tunes' changes of the base.");
  static final Metric SIGN_CONFLICT =
      new Metric(
          "sign_conflict",
          "Sign conflict",
          Subject.FINE_TUNE_PAIR,
          true,
          false,
          Total.MEAN,
          "Share of opposite signs among the elements that both fine-tunes changed.");
  static final Metric FISHER =
      new Metric(
          "fisher",
          "Share of Fisher information",
          Subject.MODEL,
          true,
          false,
          Total.SUM,
          "Share of the model's diagonal Fisher information on the calibration text.");
  static final Metric ATTRIBUTION =
      new Metric(
          "attribution",
          "Attribution of the divergence",
          Subject.FINE_TUNE,
          false,
          true,
          Total.SUM,
          "Part of the measured KL(base ‖ fine-tune), in nats per token.");
  static final Metric LOSS =
      new Metric(
          "loss",
          "Attribution of the loss difference",
          Subject.FINE_TUNE,
          false,
          true,
          Total.SUM,
          "Part of the measured difference in loss, in nats per token.");
  static final Metric PROXY =
      new Metric(
          "proxy",
          "Diagonal proxy ½ Σ F δ²",
          Subject.FINE_TUNE,
          false,
          false,
          Total.SUM,
          "Second-order estimate of the divergence without interactions, in nats per token.");

  /// The column of a number of `which`.
  String column(String which) {
    return id + ":" + which;
  }

  /// The column of its standard error.
  String errorColumn(String which) {
    return id + "_se:" + which;
  }
}
