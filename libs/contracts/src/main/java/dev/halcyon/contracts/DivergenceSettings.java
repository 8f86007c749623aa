package dev.halcyon.contracts;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.halcyon.contracts.DivergenceEstimator.Objective;
import dev.halcyon.contracts.FisherEstimator.Weighting;
import java.util.List;
import java.util.Optional;

/// How a request wants the fine-tunes' divergence measured and attributed; what is absent has the
/// default said here.
///
/// @param calibration file of texts: `.txt`, `.json`, `.jsonl` or `.parquet`; the texts of `fisher`
///   where that is asked for and neither this nor `textFiles` is there, else the built-in ones
/// @param textFiles folder with a text a file
/// @param textField field or column that holds the text (`text`)
/// @param samples texts to take, from the first (20)
/// @param maxLength tokens at which a sample is cut (256)
/// @param minTokens samples of fewer tokens are skipped (2)
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
    Optional<String> calibration,
    Optional<String> textFiles,
    String textField,
    Integer samples,
    Integer maxLength,
    Integer minTokens,
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
    List<String> allowConfigFields)
    implements CalibrationSettings {
  /// As many as it takes.
  public static final int AUTO = NumberOrAuto.AUTO;

  /// More layers than any model has.
  private static final int MAX_ALONE = 10_000;

  public DivergenceSettings {
    calibration = calibration == null ? Optional.empty() : calibration;
    textFiles = textFiles == null ? Optional.empty() : textFiles;
    textField = requireNonNullElse(textField, "text");
    samples = requireNonNullElse(samples, 20);
    maxLength = requireNonNullElse(maxLength, 256);
    minTokens = requireNonNullElse(minTokens, 2);
    objective = requireNonNullElse(objective, Objective.KL);
    nodes = requireNonNullElse(nodes, AUTO);
    weighting = requireNonNullElse(weighting, Weighting.SAMPLE);
    alone = requireNonNullElse(alone, 0);
    fisher = fisher == null ? Optional.empty() : fisher;
    ranges = requireNonNullElse(ranges, AUTO);
    allowConfigFields = CalibrationSettings.names(allowConfigFields);
    CalibrationSettings.requireOneSource(calibration, textFiles);
    CalibrationSettings.requireBetween("samples", samples, 1, Integer.MAX_VALUE);
    CalibrationSettings.requireBetween("max_length", maxLength, 2, Integer.MAX_VALUE);
    CalibrationSettings.requireBetween("min_tokens", minTokens, 2, maxLength);
    CalibrationSettings.requireBetween("alone", alone, 0, MAX_ALONE);
    if (nodes != AUTO) {
      CalibrationSettings.requireBetween("nodes", nodes, 1, DivergenceEstimator.MAX_NODES);
    }
    if (ranges != AUTO) {
      CalibrationSettings.requireBetween(
          "ranges", ranges, 1, Math.min(samples, FisherSettings.MAX_RANGES));
    }
    if (alone > 0 && !objective.hasKl()) {
      throw new InvalidMessageException(
          "`alone` takes the layers with the largest attributions of the divergence: `objective`"
              + " must be kl or both");
    }
  }

  /// All defaults.
  public static DivergenceSettings standard() {
    return first(null, null);
  }

  /// All defaults but these.
  ///
  /// @param samples texts to take, from the first; null for the default
  /// @param maxLength tokens at which a sample is cut; null for the default
  public static DivergenceSettings first(Integer samples, Integer maxLength) {
    return new DivergenceSettings(
        Optional.empty(),
        Optional.empty(),
        null,
        samples,
        maxLength,
        null,
        null,
        null,
        null,
        null,
        Optional.empty(),
        null,
        null);
  }

  @Override
  public DivergenceSettings from(Optional<String> file, Optional<String> folder, String field) {
    return new DivergenceSettings(
        file,
        folder,
        field,
        samples,
        maxLength,
        minTokens,
        objective,
        nodes,
        weighting,
        alone,
        fisher,
        ranges,
        allowConfigFields);
  }

  /// The same beside Fisher information: on its texts, unless these name others, and with the
  /// diagonal proxy, unless that is not wanted.
  DivergenceSettings beside(FisherSettings estimated) {
    boolean named = calibration.isPresent() || textFiles.isPresent();
    DivergenceSettings texts =
        named ? this : from(estimated.calibration(), estimated.textFiles(), estimated.textField());
    return texts.withFisher(fisher.orElse(true));
  }

  private DivergenceSettings withFisher(boolean wanted) {
    return new DivergenceSettings(
        calibration,
        textFiles,
        textField,
        samples,
        maxLength,
        minTokens,
        objective,
        nodes,
        weighting,
        alone,
        Optional.of(wanted),
        ranges,
        allowConfigFields);
  }

  public DivergenceEstimator estimator() {
    return new DivergenceEstimator(objective, nodes, weighting, maxLength, minTokens);
  }
}
