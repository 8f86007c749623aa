package dev.halcyon.contracts.request;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.halcyon.contracts.json.UserInput;
import java.util.List;
import java.util.Optional;

/// How Fisher information is estimated; an absent field has the default stated here. In JSON all
/// fields are on one level.
///
/// @param models of the request, by name (`base`, `ft1`); all where empty
/// @param texts to estimate it on
/// @param gradients to square
/// @param chunks runs that each component is cut into (0, none)
/// @param saveDiagonal format to save the diagonal in; it is not saved where absent
/// @param ranges that the samples are cut into, each a task of its own; more than one make work for
///   as many workers. [#AUTO], in JSON `auto`, for as many as make tasks of about ten minutes
///   (auto)
/// @param allowConfigFields fields of `config.json`, by their paths, to pass over although it is
///   not known what they do (none)
@UserInput
public record FisherSettings(
    List<String> models,
    @JsonUnwrapped CalibrationSettings texts,
    @JsonUnwrapped GradientSettings gradients,
    Integer chunks,
    Optional<Diagonal> saveDiagonal,
    @JsonDeserialize(using = NumberOrAuto.Reader.class)
        @JsonSerialize(using = NumberOrAuto.Writer.class)
        Integer ranges,
    List<String> allowConfigFields) {
  /// As many ranges as make tasks of about ten minutes.
  public static final int AUTO = NumberOrAuto.AUTO;

  /// More would make more tasks and partial diagonals than any fleet has use for.
  public static final int MAX_RANGES = 256;

  public static final int MAX_CHUNKS = 10_000;

  /// Formats of a saved diagonal.
  public enum Diagonal {
    @JsonProperty("safetensors")
    SAFETENSORS,
    @JsonProperty("pt")
    PT,
    /// A checkpoint: squares under the names of the weights, with index and config.
    @JsonProperty("checkpoint")
    CHECKPOINT
  }

  public FisherSettings {
    models = models == null ? List.of() : List.copyOf(models);
    texts = requireNonNullElseGet(texts, CalibrationSettings::standard);
    gradients = requireNonNullElseGet(gradients, GradientSettings::standard);
    chunks = requireNonNullElse(chunks, 0);
    saveDiagonal = saveDiagonal == null ? Optional.empty() : saveDiagonal;
    ranges = requireNonNullElse(ranges, AUTO);
    allowConfigFields = ConfigFields.of(allowConfigFields);
    Bounds.require("chunks", chunks, 0, MAX_CHUNKS);
    texts.requireRanges(ranges);
  }

  /// All defaults.
  public static FisherSettings standard() {
    return of(List.of(), CalibrationSettings.standard());
  }

  /// All defaults but these.
  ///
  /// @param models `base`, `ft1`, …; all where empty
  public static FisherSettings of(List<String> models, CalibrationSettings texts) {
    return new FisherSettings(models, texts, null, null, Optional.empty(), null, null);
  }

  /// The same on other texts.
  public FisherSettings on(CalibrationSettings other) {
    return new FisherSettings(
        models, other, gradients, chunks, saveDiagonal, ranges, allowConfigFields);
  }

  public FisherEstimator estimator() {
    return new FisherEstimator(
        gradients.labels(),
        gradients.weighting(),
        gradients.precision(),
        gradients.seed(),
        texts.maxLength(),
        texts.minTokens());
  }
}
