package dev.halcyon.analysis.similarity;

import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.NonFinite;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.SimilarityResult.Quantiles;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorPair;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Fine-tunes whose tensor is known to be the base's, without reading it: tensors that an adapter
/// does not touch. Their results follow from those of the models that were read.
///
/// Such a model and the base are identical by definition: cosine 1 and distance 0 in every column,
/// whatever the tensor holds. Against a third model it has what the base has.
public final class UnchangedModels {
  /// The results of a comparison in which nothing was read.
  public static final SimilarityResult NOTHING_READ =
      new SimilarityResult(List.of(), List.of(), List.of(), List.of());

  private final List<String> models;
  private final Set<String> unchanged;
  private final SimilarityResult read;
  private final long columns;

  private UnchangedModels(
      List<String> models, Set<String> unchanged, SimilarityResult read, long columns) {
    this.models = models;
    this.unchanged = unchanged;
    this.read = read;
    this.columns = columns;
  }

  /// The results of all models.
  ///
  /// @param models in their order, the base first
  /// @param unchanged those of the fine-tunes that are the base's
  /// @param read results of the others; none where that is the base alone
  /// @param columns of the tensor
  public static SimilarityResult include(
      List<String> models, Set<String> unchanged, SimilarityResult read, long columns) {
    return new UnchangedModels(models, unchanged, read, columns).all();
  }

  private SimilarityResult all() {
    List<PairSimilarity> pairs = new ArrayList<>();
    List<TaskVectorPair> changePairs = new ArrayList<>();
    for (int first = 0; first < models.size(); first++) {
      for (int second = first + 1; second < models.size(); second++) {
        pairs.add(pair(models.get(first), models.get(second)));
        if (first > 0) {
          changePairs.add(changePair(models.get(first), models.get(second)));
        }
      }
    }
    return new SimilarityResult(
        pairs, models.stream().skip(1).map(this::change).toList(), changePairs, nonFinite());
  }

  private PairSimilarity pair(String first, String second) {
    String one = stored(first);
    String other = stored(second);
    String name = name(first, second);
    return one.equals(other) ? identical(name) : renamed(found(one, other), name);
  }

  /// The model whose tensor is the one of this model.
  private String stored(String model) {
    return unchanged.contains(model) ? ModelTensor.BASE : model;
  }

  private PairSimilarity found(String one, String other) {
    return read.pairs().stream()
        .filter(
            pair -> pair.pair().equals(name(one, other)) || pair.pair().equals(name(other, one)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no result of " + name(one, other)));
  }

  private static PairSimilarity renamed(PairSimilarity pair, String name) {
    return new PairSimilarity(
        name, pair.columns(), pair.cosine(), pair.distance(), pair.quantiles(), pair.zeroColumns());
  }

  private PairSimilarity identical(String name) {
    return isBroken(ModelTensor.BASE)
        ? new PairSimilarity(name, columns, Double.NaN, Double.NaN, ColumnQuantiles.UNDEFINED, 0)
        : new PairSimilarity(name, columns, 1, 0, new Quantiles(1, 1, 1, 1, 1, 1, 1, 1), 0);
  }

  private TaskVectorStatistics change(String model) {
    if (!unchanged.contains(model)) {
      return read.changes().stream()
          .filter(change -> change.model().equals(model))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no result of " + model));
    }
    return isBroken(ModelTensor.BASE)
        ? ChangeSums.undefined(model)
        : new TaskVectorStatistics(model, 0, 1, 0, 0, 0, 0);
  }

  private TaskVectorPair changePair(String first, String second) {
    String name = name(first, second);
    return read.changePairs().stream()
        .filter(pair -> pair.pair().equals(name))
        .findFirst()
        .orElseGet(() -> ChangePairSums.undefined(name));
  }

  private List<NonFinite> nonFinite() {
    return models.stream()
        .filter(model -> isBroken(stored(model)))
        .map(model -> new NonFinite(model, elements(stored(model))))
        .toList();
  }

  private boolean isBroken(String model) {
    return elements(model) > 0;
  }

  private long elements(String model) {
    return read.nonFinite().stream()
        .filter(found -> found.model().equals(model))
        .mapToLong(NonFinite::elements)
        .sum();
  }

  private static String name(String first, String second) {
    return first + "_vs_" + second;
  }
}
