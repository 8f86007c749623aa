package dev.halcyon.services.fetcher;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.analysis.similarity.SimilarityAnalysis;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.Plan.SkippedTensor;
import dev.halcyon.contracts.job.SkipReason;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.tensors.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Decides for one tensor which models' copies are compared, and says why the others are not.
///
/// Copies of one shape are compared; where shapes differ, those of the most common one (of the
/// earliest model's, where two are as common). Embeddings and heads of differing vocabularies share
/// their first rows, and those are compared.
final class Pairing {
  private final String key;
  private final List<SkippedTensor> skipped = new ArrayList<>();
  private Optional<PlannedTensor> planned = Optional.empty();

  private Pairing(String key) {
    this.key = key;
  }

  static Pairing of(String key, List<ModelTensors> models) {
    Pairing pairing = new Pairing(key);
    pairing.decide(models);
    return pairing;
  }

  Optional<PlannedTensor> planned() {
    return planned;
  }

  List<SkippedTensor> skipped() {
    return List.copyOf(skipped);
  }

  private void decide(List<ModelTensors> models) {
    List<TensorCopy> copies = present(models);
    copies =
        without(copies, SkipReason.DTYPE, copy -> !copy.dtype().computable(), Pairing::dtypeDetail);
    copies =
        without(
            copies, SkipReason.EMPTY, copy -> copy.shape().elements() == 0, Pairing::emptyDetail);
    if (copies.size() < 2) {
      return;
    }
    planned = isResizedVocabulary(copies) ? Optional.of(sharedRows(copies)) : sameShape(copies);
    planned = planned.filter(this::fits);
  }

  private List<TensorCopy> present(List<ModelTensors> models) {
    List<TensorCopy> copies = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (ModelTensors model : models) {
      TensorCopy copy = model.tensors().get(key);
      if (copy == null) {
        missing.add(model.name());
      } else {
        copies.add(copy);
      }
    }
    if (!missing.isEmpty()) {
      skip(missing, SkipReason.MISSING, "not in " + String.join(", ", missing));
    }
    return copies;
  }

  private List<TensorCopy> without(
      List<TensorCopy> copies,
      SkipReason reason,
      Predicate<TensorCopy> unfit,
      Function<List<TensorCopy>, String> detail) {
    List<TensorCopy> dropped = copies.stream().filter(unfit).toList();
    if (dropped.isEmpty()) {
      return copies;
    }
    skip(names(dropped), reason, detail.apply(dropped));
    return copies.stream().filter(unfit.negate()).toList();
  }

  private Optional<PlannedTensor> sameShape(List<TensorCopy> copies) {
    Map<Shape, List<TensorCopy>> groups =
        copies.stream()
            .collect(
                Collectors.groupingBy(TensorCopy::shape, LinkedHashMap::new, Collectors.toList()));
    List<TensorCopy> largest = copies.subList(0, 1);
    for (List<TensorCopy> group : groups.values()) {
      if (group.size() > largest.size()) {
        largest = group;
      }
    }
    Shape chosen = largest.getFirst().shape();
    without(
        copies, SkipReason.SHAPE, copy -> !copy.shape().equals(chosen), _ -> shapeDetail(copies));
    return largest.size() < 2
        ? Optional.empty()
        : Optional.of(new PlannedTensor(key, chosen, largest, Optional.empty()));
  }

  /// Says so where it does not.
  private boolean fits(PlannedTensor tensor) {
    int models = tensor.copies().size();
    long columns = columns(tensor.shape()) * (models * (models - 1) / 2);
    boolean fits = columns <= SimilarityAnalysis.MOST_COLUMNS;
    if (!fits) {
      skip(
          names(tensor.copies()),
          SkipReason.COLUMNS,
          "%s has %d columns over all pairs, more than the %d that fit: compare fewer models at once"
              .formatted(tensor.shape(), columns, SimilarityAnalysis.MOST_COLUMNS));
    }
    return fits;
  }

  private boolean isResizedVocabulary(List<TensorCopy> copies) {
    Shape first = copies.getFirst().shape();
    return TensorName.parse(key).isEmbeddingOrHead()
        && copies.stream()
            .map(TensorCopy::shape)
            .allMatch(shape -> shape.rank() == 2 && shape.columns() == first.columns())
        && copies.stream().anyMatch(copy -> !copy.shape().equals(first));
  }

  private PlannedTensor sharedRows(List<TensorCopy> copies) {
    long rows = copies.stream().mapToLong(copy -> copy.shape().rows()).min().orElseThrow();
    long columns = copies.getFirst().shape().columns();
    List<TensorCopy> shared = copies.stream().map(copy -> firstRows(copy, rows)).toList();
    String note =
        "vocabularies differ (%s): only the first %d rows, which all have, are compared"
            .formatted(shapes(copies), rows);
    return new PlannedTensor(key, Shape.of(rows, columns), shared, Optional.of(note));
  }

  private static TensorCopy firstRows(TensorCopy copy, long rows) {
    return new TensorCopy(copy.model(), copy.value().firstRows(rows));
  }

  private void skip(List<String> models, SkipReason reason, String detail) {
    skipped.add(new SkippedTensor(key, models, reason, detail));
  }

  private static List<String> names(List<TensorCopy> copies) {
    return copies.stream().map(TensorCopy::model).toList();
  }

  private static String dtypeDetail(List<TensorCopy> copies) {
    return copies.stream()
            .map(copy -> copy.model() + " " + copy.dtype())
            .collect(Collectors.joining(", "))
        + " is not supported";
  }

  private static String emptyDetail(List<TensorCopy> copies) {
    return "no elements: " + shapes(copies);
  }

  private static String shapeDetail(List<TensorCopy> copies) {
    return "shapes differ: " + shapes(copies);
  }

  private static String shapes(List<TensorCopy> copies) {
    return copies.stream()
        .map(copy -> copy.model() + " " + copy.shape())
        .collect(Collectors.joining(", "));
  }

  /// Of all matrices together.
  private static long columns(Shape shape) {
    return shape.stack() * shape.columns();
  }
}
