package dev.halcyon.contracts.job;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.halcyon.contracts.json.MayBeAbsent;
import dev.halcyon.contracts.request.DivergenceEstimator;
import dev.halcyon.contracts.request.FisherEstimator;
import dev.halcyon.contracts.request.FisherSettings.Diagonal;
import dev.halcyon.contracts.store.StoredObject;
import java.util.List;
import java.util.Optional;

/// Work for a Fisher worker, on `fisher-tasks`: Fisher information of a model, or the divergence of
/// fine-tunes from their base.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "task")
@JsonSubTypes({
  @JsonSubTypes.Type(value = FisherTask.Range.class, name = "range"),
  @JsonSubTypes.Type(value = FisherTask.Merge.class, name = "merge"),
  @JsonSubTypes.Type(value = FisherTask.Divergence.class, name = "divergence"),
  @JsonSubTypes.Type(value = FisherTask.Alone.class, name = "alone")
})
public sealed interface FisherTask
    permits FisherTask.Range, FisherTask.Merge, FisherTask.Divergence, FisherTask.Alone {
  String jobId();

  int attempt();

  /// What it is of: the model in the request, `base`, `ft1`, …; [Divergence#WORK] or [Alone#WORK]
  /// where it is of all models.
  String model();

  /// What sets it apart from the job's other tasks; part of the record's key and of its result's.
  String name();

  /// Key of the record.
  default String key() {
    return String.join("/", jobId(), model(), name());
  }

  /// A backward pass over some samples.
  ///
  /// @param source of the model, named in errors
  /// @param parts object that holds the `PlacedModel`
  /// @param calibration the texts
  /// @param range its number, from 0
  /// @param ranges that the texts are cut into; where it is the only one, its result is the model's
  /// @param from first text
  /// @param to text after the last
  /// @param estimator how to estimate
  /// @param chunks runs that each component is cut into
  /// @param saveDiagonal the format to save the diagonal in
  /// @param allowConfigFields fields of `config.json` to pass over although it is not known what
  ///   they do
  record Range(
      String jobId,
      int attempt,
      String model,
      String source,
      StoredObject parts,
      TextsReference calibration,
      int range,
      int ranges,
      int from,
      int to,
      FisherEstimator estimator,
      int chunks,
      Optional<Diagonal> saveDiagonal,
      @MayBeAbsent List<String> allowConfigFields)
      implements FisherTask {
    public Range {
      requireNonNull(source, "source is null");
      requireNonNull(parts, "parts is null");
      requireNonNull(calibration, "calibration is null");
      requireNonNull(estimator, "estimator is null");
      saveDiagonal = saveDiagonal == null ? Optional.empty() : saveDiagonal;
      allowConfigFields = allowConfigFields == null ? List.of() : List.copyOf(allowConfigFields);
    }

    /// The name of the task that computes that range.
    public static String name(int range) {
      return "range-" + range;
    }

    @Override
    public String name() {
      return name(range);
    }
  }

  /// Adding up the ranges of a model once all of them are there.
  ///
  /// @param outcomes of the ranges, in order
  /// @param chunks runs that each component is cut into
  /// @param saveDiagonal the format to save the diagonal in
  record Merge(
      String jobId,
      int attempt,
      String model,
      List<StoredObject> outcomes,
      int chunks,
      Optional<Diagonal> saveDiagonal)
      implements FisherTask {
    public static final String NAME = "merge";

    public Merge {
      outcomes = List.copyOf(outcomes);
      saveDiagonal = saveDiagonal == null ? Optional.empty() : saveDiagonal;
    }

    @Override
    public String name() {
      return NAME;
    }
  }

  /// The divergence of all fine-tunes from the base on some samples.
  ///
  /// @param models the base first
  /// @param calibration the texts
  /// @param range its number, from 0
  /// @param ranges that the texts are cut into
  /// @param from first text
  /// @param to text after the last
  /// @param estimator how to measure and attribute
  /// @param fisher whether the base's Fisher information is computed beside it
  /// @param alone layers of each fine-tune to measure by themselves, once all ranges are done
  /// @param allowConfigFields fields of `config.json` to pass over although it is not known what
  ///   they do
  record Divergence(
      String jobId,
      int attempt,
      List<NamedModel> models,
      TextsReference calibration,
      int range,
      int ranges,
      int from,
      int to,
      DivergenceEstimator estimator,
      boolean fisher,
      int alone,
      @MayBeAbsent List<String> allowConfigFields)
      implements FisherTask {
    public static final String WORK = "divergence";

    public Divergence {
      models = List.copyOf(models);
      requireNonNull(calibration, "calibration is null");
      requireNonNull(estimator, "estimator is null");
      allowConfigFields = allowConfigFields == null ? List.of() : List.copyOf(allowConfigFields);
    }

    @Override
    public String model() {
      return WORK;
    }

    @Override
    public String name() {
      return Range.name(range);
    }
  }

  /// The divergence where only one layer is the fine-tune's, and where all but it are, of the
  /// layers with the largest attributions over all ranges.
  ///
  /// @param divergence of the samples it is measured on
  /// @param outcomes of all ranges, in order
  record Alone(String jobId, int attempt, Divergence divergence, List<StoredObject> outcomes)
      implements FisherTask {
    public static final String WORK = "divergence-alone";

    public Alone {
      requireNonNull(divergence, "divergence is null");
      outcomes = List.copyOf(outcomes);
    }

    /// Of the same job and attempt.
    public static Alone of(Divergence divergence, List<StoredObject> outcomes) {
      return new Alone(divergence.jobId(), divergence.attempt(), divergence, outcomes);
    }

    @Override
    public String model() {
      return WORK;
    }

    @Override
    public String name() {
      return divergence.name();
    }
  }

  /// A model of a task that is of several.
  ///
  /// @param name in the request: `base`, `ft1`, …
  /// @param source of it, named in errors
  /// @param parts object that holds the `PlacedModel`
  record NamedModel(String name, String source, StoredObject parts) {
    public NamedModel {
      requireNonNull(name, "name is null");
      requireNonNull(source, "source is null");
      requireNonNull(parts, "parts is null");
    }
  }

  /// Where the texts are.
  ///
  /// @param source the file or folder they came from, or `built-in`
  /// @param digest of the texts
  /// @param blank entries of the source without text
  /// @param object that holds the `CalibrationTexts`
  record TextsReference(String source, String digest, long blank, StoredObject object) {}
}
