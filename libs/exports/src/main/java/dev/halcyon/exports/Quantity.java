package dev.halcyon.exports;

/// What tensors are ranked by.
public enum Quantity {
  /// The tensor's share of the model's Fisher information over its share of the elements: 1 is the
  /// model's average.
  FISHER(
      "share of the Fisher information over share of the elements",
      "no Fisher information",
      "`halcyon fisher --model MODEL --output DIR`"),
  /// The tensor's share of the attributed divergence over its share of the elements: 1 is the
  /// model's average.
  ATTRIBUTION(
      "share of the attributed divergence over share of the elements",
      "no attribution of a divergence",
      "`halcyon divergence --base MODEL --fine-tune MODEL --output DIR`"),
  /// The norm of the tensor's change over that of the base.
  CHANGE(
      "norm of the change over norm of the base",
      "no change",
      "`halcyon compare --base MODEL --fine-tune MODEL --output DIR`");

  private final String meaning;
  private final String absence;
  private final String command;

  Quantity(String meaning, String absence, String command) {
    this.meaning = meaning;
    this.absence = absence;
    this.command = command;
  }

  /// The number in words.
  public String meaning() {
    return meaning;
  }

  /// Words that say it is not there.
  String absence() {
    return absence;
  }

  /// The command that computes it.
  String command() {
    return command;
  }
}
