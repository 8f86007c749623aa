package dev.halcyon.contracts.request;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.UserInput;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Who is compared and how: the record a user publishes on `compare-requests`, or writes in a
/// request file.
///
/// @param base the model the others were tuned from
/// @param fineTunes one or more fine-tunes, called `ft1`, `ft2`, … in results; there may be none
///   where only Fisher information is asked for
/// @param analyses what to compute; similarity where absent
/// @param components suffixes of tensor keys (`q_proj`, `mlp.down_proj.weight`) that narrow the
///   comparison; all where absent
/// @param scale the plots' colour scale: two cosines (0.8, 1.0) for the classical one; 1 - cosine
///   on a fitted logarithmic axis where absent
/// @param fisher how Fisher information is estimated, where it is asked for
/// @param divergence how divergences are measured and attributed, where they are asked for
/// @param output the folder the command puts results in; services ignore it
@UserInput
public record CompareRequest(
    ModelSpec base,
    List<ModelSpec> fineTunes,
    List<Analysis> analyses,
    List<String> components,
    Optional<List<Double>> scale,
    Optional<FisherSettings> fisher,
    Optional<DivergenceSettings> divergence,
    Optional<String> output)
    implements UserRequest {
  /// More fine-tunes than this make more pairs (N * (N + 1) / 2) than a report can show.
  public static final int MAX_FINE_TUNES = 32;

  public CompareRequest {
    if (base == null) {
      throw new InvalidMessageException("a compare request needs a `base` model");
    }
    analyses = listed("analyses", analyses).stream().sorted().distinct().toList();
    analyses = analyses.isEmpty() ? List.of(Analysis.SIMILARITY) : analyses;
    fineTunes = listed("fine_tunes", fineTunes);
    if (fineTunes.isEmpty() && !analyses.equals(List.of(Analysis.FISHER))) {
      throw new InvalidMessageException(
          "a compare request needs at least one model in `fine_tunes`");
    }
    if (fineTunes.size() > MAX_FINE_TUNES) {
      throw new InvalidMessageException(
          "a compare request takes at most %d fine-tunes, not %d"
              .formatted(MAX_FINE_TUNES, fineTunes.size()));
    }
    components = listed("components", components).stream().sorted().distinct().toList();
    if (components.stream().anyMatch(String::isBlank)) {
      throw new InvalidMessageException("`components` contains a blank suffix");
    }
    scale = orEmpty(scale);
    scale.ifPresent(CompareRequest::checkScale);
    fisher = fisher(analyses, orEmpty(fisher));
    checkModels(fisher, fineTunes.size() + 1);
    divergence = divergence(analyses, orEmpty(divergence), fisher);
    output = orEmpty(output);
    checkLabels(labels(base, fineTunes));
  }

  /// A comparison of weights alone.
  public CompareRequest(
      ModelSpec base,
      List<ModelSpec> fineTunes,
      List<Analysis> analyses,
      List<String> components,
      Optional<List<Double>> scale,
      Optional<String> output) {
    this(base, fineTunes, analyses, components, scale, Optional.empty(), output);
  }

  /// One without divergences.
  public CompareRequest(
      ModelSpec base,
      List<ModelSpec> fineTunes,
      List<Analysis> analyses,
      List<String> components,
      Optional<List<Double>> scale,
      Optional<FisherSettings> fisher,
      Optional<String> output) {
    this(base, fineTunes, analyses, components, scale, fisher, Optional.empty(), output);
  }

  /// The same of other models, on other texts.
  ///
  /// @param models the base first
  public CompareRequest with(
      List<ModelSpec> models,
      Optional<FisherSettings> estimated,
      Optional<DivergenceSettings> measured) {
    return new CompareRequest(
        models.getFirst(),
        models.subList(1, models.size()),
        analyses,
        components,
        scale,
        estimated,
        measured,
        output);
  }

  /// The texts of each analysis that needs texts.
  public List<CalibrationSettings> texts() {
    List<CalibrationSettings> texts = new ArrayList<>();
    fisher.map(FisherSettings::texts).ifPresent(texts::add);
    divergence.map(DivergenceSettings::texts).ifPresent(texts::add);
    return texts;
  }

  /// All models, the base first.
  public List<ModelSpec> models() {
    List<ModelSpec> models = new ArrayList<>();
    models.add(base);
    models.addAll(fineTunes);
    return models;
  }

  /// How plots and tables call the models, in the order of [#models()].
  public List<String> labels() {
    return labels(base, fineTunes);
  }

  /// How results of this request are to be drawn.
  public Rendering rendering() {
    return new Rendering(labels(), scale);
  }

  private static Optional<FisherSettings> fisher(
      List<Analysis> analyses, Optional<FisherSettings> settings) {
    if (!analyses.contains(Analysis.FISHER)) {
      settings.ifPresent(_ -> {
        throw new InvalidMessageException(
            "`fisher` says how to estimate Fisher information, and `analyses` does not ask for"
                + " it");
      });
      return Optional.empty();
    }
    return Optional.of(settings.orElseGet(FisherSettings::standard));
  }

  private static Optional<DivergenceSettings> divergence(
      List<Analysis> analyses,
      Optional<DivergenceSettings> settings,
      Optional<FisherSettings> fisher) {
    if (!analyses.contains(Analysis.DIVERGENCE)) {
      settings.ifPresent(_ -> {
        throw new InvalidMessageException(
            "`divergence` says how to measure divergences, and `analyses` does not ask for them");
      });
      return Optional.empty();
    }
    DivergenceSettings wanted = settings.orElseGet(DivergenceSettings::standard);
    return Optional.of(fisher.map(wanted::beside).orElse(wanted));
  }

  private static void checkModels(Optional<FisherSettings> settings, int models) {
    List<String> names = ModelName.all(models);
    for (String name : settings.map(FisherSettings::models).orElse(List.of())) {
      if (!names.contains(name)) {
        throw new InvalidMessageException(
            "`fisher.models` names %s; this request has %s".formatted(name, names));
      }
    }
  }

  private static List<String> labels(ModelSpec base, List<ModelSpec> fineTunes) {
    List<String> labels = new ArrayList<>();
    labels.add(base.label().orElse(ModelName.BASE));
    for (ModelSpec fineTune : fineTunes) {
      labels.add(fineTune.label().orElse(ModelName.of(labels.size())));
    }
    return labels;
  }

  /// A model without a label is called by its place, which another's label may not be.
  private static void checkLabels(List<String> labels) {
    Set<String> seen = new HashSet<>();
    for (String label : labels) {
      if (!seen.add(label)) {
        throw new InvalidMessageException("two models have the label " + label);
      }
    }
  }

  private static void checkScale(List<Double> scale) {
    requireNonNull(scale, "scale is null");
    boolean valid =
        scale.size() == 2
            && scale.stream().allMatch(bound -> bound != null && bound >= -1 && bound <= 1)
            && scale.get(0) < scale.get(1);
    if (!valid) {
      throw new InvalidMessageException(
          "`scale` takes two cosines, the lower first, as [0.8, 1.0]; it is " + scale);
    }
  }

  private static <T> List<T> listed(String field, List<T> values) {
    if (values == null) {
      return List.of();
    }
    if (values.stream().anyMatch(Objects::isNull)) {
      throw new InvalidMessageException("`%s` contains null".formatted(field));
    }
    return List.copyOf(values);
  }

  private static <T> Optional<T> orEmpty(Optional<T> value) {
    return value == null ? Optional.empty() : value;
  }
}
