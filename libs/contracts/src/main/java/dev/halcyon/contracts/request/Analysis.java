package dev.halcyon.contracts.request;

import com.fasterxml.jackson.annotation.JsonProperty;

/// What a request may ask for.
public enum Analysis {
  /// Column cosines and task-vector statistics, tensor by tensor.
  @JsonProperty("similarity")
  SIMILARITY,
  /// Diagonal Fisher information of each model.
  @JsonProperty("fisher")
  FISHER,
  /// How far each fine-tune moves the base's output, and through which tensors.
  @JsonProperty("divergence")
  DIVERGENCE
}
