package dev.halcyon.contracts.request;

import static java.util.Objects.requireNonNullElse;
import static java.util.Objects.requireNonNullElseGet;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.UserInput;
import dev.halcyon.contracts.request.DivergenceEstimator.Objective;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import java.util.List;
import java.util.Optional;

/// How the fine-tunes' divergence is measured and attributed; an absent field has the default
/// stated here. In JSON all fields are on one level.
///
/// @param texts to measure it on; those of `fisher` where that is asked for and these name none
/// @param objective what is attributed (kl)
/// @param nodes of the quadrature, 1 to 8; [#AUTO], in JSON `auto`, for as many as it takes (auto)
/// @param weighting of samples in means (sample)
/// @param alone layers to measure by themselves, those with the largest attributions of each
///   fine-tune (0)
/// @param fisher whether the base's Fisher information is computed beside it, for the diagonal
///   proxy (where `analyses` asks for Fisher information)
/// @param ranges that the samples are cut into, each a task of its own; [#AUTO] for as many as make
///   tasks of about ten minutes (auto)
/// @param allowConfigFields fields of `config.json`, by their paths, to pass over although it is
///   not known what they do (none)
@UserInput
public record DivergenceSettings(
    @JsonUnwrapped CalibrationSettings texts,
    Objective objective,
    @JsonDeserialize(using = NumberOrAuto.Reader.class)
        @JsonSerialize(using = NumberOrAuto.Writer.class)
        Integer nodes,
    Weighting weighting,
    Integer alone,
    Optional<Boolean> fisher,
    @JsonDeserialize(using = NumberOrAuto.Reader.class)
        @JsonSerialize(using = NumberOrAuto.Writer.class)
        Integer ranges,
    List<String> allowConfigFields) {
  /// As many as it takes.
  public static final int AUTO = NumberOrAuto.AUTO;

  /// More layers than any model has.
  private static final int MAX_ALONE = 10_000;

  public DivergenceSettings {
    texts = requireNonNullElseGet(texts, CalibrationSettings::standard);
    objective = requireNonNullElse(objective, Objective.KL);
    nodes = requireNonNullElse(nodes, AUTO);
    weighting = requireNonNullElse(weighting, Weighting.SAMPLE);
    alone = requireNonNullElse(alone, 0);
    fisher = fisher == null ? Optional.empty() : fisher;
    ranges = requireNonNullElse(ranges, AUTO);
    allowConfigFields = ConfigFields.of(allowConfigFields);
    Bounds.require("alone", alone, 0, MAX_ALONE);
    if (nodes != AUTO) {
      Bounds.require("nodes", nodes, 1, DivergenceEstimator.MAX_NODES);
    }
    texts.requireRanges(ranges);
    if (alone > 0 && !objective.hasKl()) {
      throw new InvalidMessageException(
          "`alone` takes the layers with the largest attributions of the divergence: `objective`"
              + " must be kl or both");
    }
  }

  /// All defaults.
  public static DivergenceSettings standard() {
    return of(CalibrationSettings.standard());
  }

  /// All defaults but the texts.
  public static DivergenceSettings of(CalibrationSettings texts) {
    return new DivergenceSettings(texts, null, null, null, null, Optional.empty(), null, null);
  }

  /// The same on other texts.
  public DivergenceSettings on(CalibrationSettings other) {
    return with(other, fisher);
  }

  /// The same beside Fisher information: on its texts, unless these name others, and with the
  /// diagonal proxy, unless that is not wanted.
  DivergenceSettings beside(FisherSettings estimated) {
    return with(texts.orFrom(estimated.texts()), Optional.of(fisher.orElse(true)));
  }

  private DivergenceSettings with(CalibrationSettings other, Optional<Boolean> proxy) {
    return new DivergenceSettings(
        other, objective, nodes, weighting, alone, proxy, ranges, allowConfigFields);
  }

  public DivergenceEstimator estimator() {
    return new DivergenceEstimator(
        objective, nodes, weighting, texts.maxLength(), texts.minTokens());
  }
}
