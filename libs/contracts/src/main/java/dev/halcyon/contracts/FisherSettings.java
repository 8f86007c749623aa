package dev.halcyon.contracts;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.halcyon.contracts.FisherEstimator.Labels;
import dev.halcyon.contracts.FisherEstimator.Precision;
import dev.halcyon.contracts.FisherEstimator.Weighting;
import java.util.List;
import java.util.Optional;

/// How a request wants Fisher information estimated; what is absent has the default said here.
///
/// @param models of the request, by name (`base`, `ft1`); all where empty
/// @param calibration file of texts: `.txt`, `.json`, `.jsonl` or `.parquet`; the built-in texts
///   where neither this nor `textFiles` is there
/// @param textFiles folder with a text a file
/// @param textField field or column that holds the text (`text`)
/// @param samples texts to take, from the first (20)
/// @param maxLength tokens at which a sample is cut (256)
/// @param minTokens samples of fewer tokens are skipped (2)
/// @param labels whose loss is differentiated (empirical)
/// @param weighting of a sample's squared gradient (sample)
/// @param precision of weights and activations (fp32)
/// @param seed of drawn labels (42)
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
    Optional<String> calibration,
    Optional<String> textFiles,
    String textField,
    Integer samples,
    Integer maxLength,
    Integer minTokens,
    Labels labels,
    Weighting weighting,
    Precision precision,
    Long seed,
    Integer chunks,
    Optional<Diagonal> saveDiagonal,
    @JsonDeserialize(using = NumberOrAuto.Reader.class)
        @JsonSerialize(using = NumberOrAuto.Writer.class)
        Integer ranges,
    List<String> allowConfigFields)
    implements CalibrationSettings {
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
    PT
  }

  public FisherSettings {
    models = models == null ? List.of() : List.copyOf(models);
    calibration = calibration == null ? Optional.empty() : calibration;
    textFiles = textFiles == null ? Optional.empty() : textFiles;
    textField = requireNonNullElse(textField, "text");
    samples = requireNonNullElse(samples, 20);
    maxLength = requireNonNullElse(maxLength, 256);
    minTokens = requireNonNullElse(minTokens, 2);
    labels = requireNonNullElse(labels, Labels.EMPIRICAL);
    weighting = requireNonNullElse(weighting, Weighting.SAMPLE);
    precision = requireNonNullElse(precision, Precision.FP32);
    seed = requireNonNullElse(seed, 42L);
    chunks = requireNonNullElse(chunks, 0);
    saveDiagonal = saveDiagonal == null ? Optional.empty() : saveDiagonal;
    ranges = requireNonNullElse(ranges, AUTO);
    allowConfigFields = CalibrationSettings.names(allowConfigFields);
    CalibrationSettings.requireOneSource(calibration, textFiles);
    CalibrationSettings.requireBetween("samples", samples, 1, Integer.MAX_VALUE);
    CalibrationSettings.requireBetween("max_length", maxLength, 2, Integer.MAX_VALUE);
    CalibrationSettings.requireBetween("min_tokens", minTokens, 2, maxLength);
    CalibrationSettings.requireBetween("chunks", chunks, 0, MAX_CHUNKS);
    if (ranges != AUTO) {
      CalibrationSettings.requireBetween("ranges", ranges, 1, Math.min(samples, MAX_RANGES));
    }
  }

  /// All defaults.
  public static FisherSettings standard() {
    return first(null, null);
  }

  /// All defaults but these.
  ///
  /// @param samples texts to take, from the first; null for the default
  /// @param maxLength tokens at which a sample is cut; null for the default
  public static FisherSettings first(Integer samples, Integer maxLength) {
    return new FisherSettings(
        null,
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
        null,
        Optional.empty(),
        null,
        null);
  }

  /// The same of some models only.
  ///
  /// @param wanted `base`, `ft1`, …
  public FisherSettings ofModels(List<String> wanted) {
    return new FisherSettings(
        wanted,
        calibration,
        textFiles,
        textField,
        samples,
        maxLength,
        minTokens,
        labels,
        weighting,
        precision,
        seed,
        chunks,
        saveDiagonal,
        ranges,
        allowConfigFields);
  }

  @Override
  public FisherSettings from(Optional<String> file, Optional<String> folder, String field) {
    return new FisherSettings(
        models,
        file,
        folder,
        field,
        samples,
        maxLength,
        minTokens,
        labels,
        weighting,
        precision,
        seed,
        chunks,
        saveDiagonal,
        ranges,
        allowConfigFields);
  }

  public FisherEstimator estimator() {
    return new FisherEstimator(labels, weighting, precision, seed, maxLength, minTokens);
  }
}
