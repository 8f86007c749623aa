package dev.halcyon.transformer.internal.blueprint;

import java.util.Map;
import java.util.Optional;

/// What a `config.json` says.
///
/// @param blueprint of the model
/// @param passedOver fields that were allowed although what they do is not known, with their values
/// @param remark readable text, if the checkpoint was not saved as a causal language model
public record ReadConfig(
    Blueprint blueprint, Map<String, String> passedOver, Optional<String> remark) {
  public ReadConfig {
    passedOver = Map.copyOf(passedOver);
  }
}
