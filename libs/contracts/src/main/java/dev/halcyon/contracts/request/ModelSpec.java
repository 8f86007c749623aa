package dev.halcyon.contracts.request;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Optional;

/// A model as a request names it; in JSON the name alone, or an object with a label.
///
/// @param model a local folder, or a model on the Hub as `org/name[@revision]`
/// @param label how plots and tables call it; the model's place (`base`, `ft1`, …) where absent
public record ModelSpec(String model, Optional<String> label) {
  /// Labels are drawn into figures, and part of a record of limited size.
  public static final int LONGEST_LABEL = 1_000;

  public ModelSpec {
    requireNonNull(model, "model is null");
    label = label == null ? Optional.empty() : label;
    if (model.isBlank()) {
      throw new IllegalArgumentException("model is blank");
    }
    if (label.filter(text -> text.length() > LONGEST_LABEL).isPresent()) {
      throw new IllegalArgumentException(
          "label of model %s has more than %d characters".formatted(model, LONGEST_LABEL));
    }
    if (label.filter(String::isBlank).isPresent()) {
      throw new IllegalArgumentException("label of model " + model + " is blank");
    }
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static ModelSpec of(String model) {
    return new ModelSpec(model, Optional.empty());
  }
}
