package dev.halcyon.contracts.job;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Why a tensor is not compared.
public enum SkipReason {
  /// Other models have it, this one has not.
  @JsonProperty("missing")
  MISSING,
  /// Shapes differ, and it is neither an embedding nor a head.
  @JsonProperty("shape")
  SHAPE,
  /// Its dtype is not supported.
  @JsonProperty("dtype")
  DTYPE,
  /// Its experts are stored in another order of elements than other models'.
  @JsonProperty("layout")
  LAYOUT,
  /// It has no elements.
  @JsonProperty("empty")
  EMPTY,
  /// It has more columns, over all pairs, than one comparison holds.
  @JsonProperty("columns")
  COLUMNS
}
