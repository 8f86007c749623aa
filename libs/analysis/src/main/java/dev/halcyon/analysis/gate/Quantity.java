package dev.halcyon.analysis.gate;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a condition may ask for. Of several fine-tunes the largest value counts.
enum Quantity {
  /// Largest mean column distance of a tensor from the base's.
  MAX_DISTANCE(Source.SIMILARITY, true),
  /// Mean over tensors of the mean column distance.
  MEAN_DISTANCE(Source.SIMILARITY, true),
  /// Largest `|W' - W| / |W|` of a tensor.
  MAX_RELATIVE_CHANGE(Source.SIMILARITY, true),
  /// Tensors that were not compared, or not for every pair.
  SKIPPED(Source.SIMILARITY, false),
  /// KL(base || fine-tune) in nats per token, or the part of it that is attributed to a place.
  KL(Source.DIVERGENCE, true),
  /// KL(fine-tune || base).
  REVERSE_KL(Source.DIVERGENCE, false),
  /// Loss of the fine-tune less that of the base.
  LOSS_DIFFERENCE(Source.DIVERGENCE, false),
  /// Share of positions whose most likely token differs.
  CHANGED_TOP(Source.DIVERGENCE, false);

  private final Source source;
  private final boolean takesPlace;

  Quantity(Source source, boolean takesPlace) {
    this.source = source;
    this.takesPlace = takesPlace;
  }

  Source source() {
    return source;
  }

  boolean takesPlace() {
    return takesPlace;
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Quantity> of(String text) {
    return Arrays.stream(values()).filter(quantity -> quantity.text().equals(text)).findFirst();
  }

  static String all() {
    return Arrays.stream(values()).map(Quantity::text).collect(Collectors.joining(", "));
  }
}
