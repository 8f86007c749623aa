package dev.halcyon.exports;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.Report.TensorRow;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// Ranks the tensors of a model by what its results hold.
public final class Scores {
  private final Results results;

  public Scores(Results results) {
    this.results = results;
  }

  /// What the results hold that says most: attributions before Fisher information before changes.
  ///
  /// @param quantities to choose from
  /// @throws ExportException where they hold none of them
  public Quantity best(Set<Quantity> quantities) {
    List<Quantity> known =
        Stream.of(Quantity.ATTRIBUTION, Quantity.FISHER, Quantity.CHANGE)
            .filter(quantities::contains)
            .toList();
    return known.stream()
        .filter(by -> firstWith(by).isPresent())
        .findFirst()
        .orElseThrow(() -> missing(known.getFirst(), "any model"));
  }

  /// The tensors of the first model whose results hold the quantity.
  ///
  /// @throws ExportException where no model's results hold it
  public Ranking rank(Quantity by) {
    return rank(by, firstWith(by).orElseThrow(() -> missing(by, "any model")));
  }

  /// The tensors of a model.
  ///
  /// @param model `base`, `ft1`, …
  /// @throws ExportException where there is no such model, or its results do not hold the quantity
  public Ranking rank(Quantity by, String model) {
    List<ScoredTensor> scored = scored(by, results.model(model).name());
    if (scored.isEmpty()) {
      throw missing(by, model);
    }
    return new Ranking(
        by, model, scored.stream().sorted(Comparator.comparing(ScoredTensor::name)).toList());
  }

  private Optional<String> firstWith(Quantity by) {
    return results.models().stream()
        .map(ResultModel::name)
        .filter(model -> !scored(by, model).isEmpty())
        .findFirst();
  }

  private ExportException missing(Quantity by, String model) {
    return new ExportException(
        "%s holds %s of %s; compute it with %s, and give its output folder"
            .formatted(results.folder(), by.absence(), model, by.command()));
  }

  /// Empty where the results do not hold the quantity.
  private List<ScoredTensor> scored(Quantity by, String model) {
    return switch (by) {
      case FISHER -> fisher(model);
      case ATTRIBUTION -> attribution(model);
      case CHANGE -> change(model);
    };
  }

  private List<ScoredTensor> fisher(String model) {
    return results
        .fisherOf(model)
        .map(Scores::fisher)
        .orElseGet(() ->
            model.equals(ModelName.BASE)
                ? parts(
                    results.divergence().map(one -> one.fineTunes().getFirst()),
                    Part::baseFisherShare)
                : List.of());
  }

  private List<ScoredTensor> attribution(String model) {
    return parts(results.divergenceOf(model), Part::share);
  }

  private List<ScoredTensor> change(String model) {
    List<ScoredTensor> compared =
        results.compared().stream().flatMap(row -> change(row, model).stream()).toList();
    return compared.isEmpty()
        ? results.divergenceOf(model).map(Scores::changes).orElse(List.of())
        : compared;
  }

  private static List<ScoredTensor> fisher(FisherReport report) {
    double all = report.total().parameters();
    return report.parameters().stream()
        .map(parameter ->
            new ScoredTensor(
                TensorName.parse(parameter.parameter()),
                Optional.of(parameter.shape()),
                parameter.amount().elements(),
                parameter.amount().share() / (parameter.amount().elements() / all)))
        .toList();
  }

  /// Shares over shares of the elements; none where no tensor's share is defined.
  private static List<ScoredTensor> parts(Optional<FineTune> tuned, ToDoubleFunction<Part> share) {
    if (tuned.stream()
        .flatMap(one -> one.tensors().stream())
        .mapToDouble(share)
        .allMatch(Double::isNaN)) {
      return List.of();
    }
    double all = tuned.get().tensors().stream().mapToLong(Part::elements).sum();
    return tuned.get().tensors().stream()
        .map(part -> scored(part, share.applyAsDouble(part) / (part.elements() / all)))
        .toList();
  }

  private static List<ScoredTensor> changes(FineTune tuned) {
    return tuned.tensors().stream().map(part -> scored(part, part.relativeChange())).toList();
  }

  private static ScoredTensor scored(Part part, double score) {
    return new ScoredTensor(
        TensorName.parse(part.name()), Optional.empty(), part.elements(), score);
  }

  private static Optional<ScoredTensor> change(TensorRow row, String model) {
    return row.similarity().changes().stream()
        .filter(change -> change.model().equals(model))
        .mapToDouble(TaskVectorStatistics::relativeChange)
        .mapToObj(change ->
            new ScoredTensor(
                TensorName.parse(row.tensorKey()),
                Optional.of(row.shape()),
                row.shape().elements(),
                change))
        .findFirst();
  }
}
