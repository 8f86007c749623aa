package dev.halcyon.analysis.files;

import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.request.ModelName.Pair;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.TensorRow;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.NonFinite;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorPair;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// `similarity_results.csv`: a row for each compared tensor. `docs/reference/similarity-files.md`
/// says what each column is.
///
/// A column is a name and how its cell comes out of a row, so the header and the rows cannot
/// disagree.
public final class SimilarityCsv {
  private SimilarityCsv() {}

  private record Column(String name, Function<TensorRow, Object> cell) {}

  public static byte[] of(Report report) {
    List<Column> columns = columns(report.models().stream().map(Report.Model::name).toList());
    CsvTable table = new CsvTable(columns.stream().map(Column::name).toArray(String[]::new));
    for (TensorRow row : report.results()) {
      table.row(columns.stream().map(column -> column.cell().apply(row)).toArray());
    }
    return table.bytes();
  }

  private static List<Column> columns(List<String> models) {
    List<Pair> pairs = ModelName.pairs(models);
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("tensor_key", TensorRow::tensorKey));
    columns.add(new Column("layer", row -> row.layer().isPresent() ? row.layer().getAsInt() : ""));
    columns.add(new Column("component_type", TensorRow::componentType));
    pairs.forEach(pair -> columns.add(pair(pair, "", PairSimilarity::cosine)));
    columns.add(new Column("tensor_shape", row -> row.shape().toString()));
    pairs.forEach(pair -> addPair(columns, pair));
    models.stream().skip(1).forEach(model -> addChange(columns, model));
    pairs.stream().filter(pair -> !pair.involvesBase()).forEach(pair -> addTaskPair(columns, pair));
    models.forEach(
        model -> columns.add(new Column(model + "_non_finite", row -> nonFinite(row, model))));
    columns.add(new Column("note", row -> row.note().orElse("")));
    return columns;
  }

  private static void addPair(List<Column> columns, Pair pair) {
    columns.add(pair(pair, "_distance", PairSimilarity::distance));
    columns.add(pair(pair, "_min", similarity -> similarity.quantiles().min()));
    columns.add(pair(pair, "_p01", similarity -> similarity.quantiles().p01()));
    columns.add(pair(pair, "_p05", similarity -> similarity.quantiles().p05()));
    columns.add(pair(pair, "_p25", similarity -> similarity.quantiles().p25()));
    columns.add(pair(pair, "_p50", similarity -> similarity.quantiles().p50()));
    columns.add(pair(pair, "_p75", similarity -> similarity.quantiles().p75()));
    columns.add(pair(pair, "_p95", similarity -> similarity.quantiles().p95()));
    columns.add(pair(pair, "_max", similarity -> similarity.quantiles().max()));
    columns.add(
        new Column(
            pair.name() + "_zero_columns",
            row -> find(row, pair).map(found -> "" + found.zeroColumns()).orElse("")));
  }

  private static void addChange(List<Column> columns, String model) {
    columns.add(change(model, "_relative_change", TaskVectorStatistics::relativeChange));
    columns.add(change(model, "_identical", TaskVectorStatistics::identical));
    columns.add(change(model, "_mean", TaskVectorStatistics::mean));
    columns.add(change(model, "_std", TaskVectorStatistics::std));
    columns.add(change(model, "_min", TaskVectorStatistics::min));
    columns.add(change(model, "_max", TaskVectorStatistics::max));
  }

  private static void addTaskPair(List<Column> columns, Pair pair) {
    columns.add(taskPair(pair, "_task_cosine", TaskVectorPair::cosine));
    columns.add(taskPair(pair, "_sign_conflict", TaskVectorPair::signConflict));
  }

  private static Column pair(Pair pair, String suffix, Function<PairSimilarity, Double> value) {
    return new Column(pair.name() + suffix, row -> number(find(row, pair).map(value)));
  }

  private static Column change(
      String model, String suffix, Function<TaskVectorStatistics, Double> value) {
    return new Column(
        model + suffix,
        row ->
            number(
                row.similarity().changes().stream()
                    .filter(found -> found.model().equals(model))
                    .findFirst()
                    .map(value)));
  }

  private static Column taskPair(Pair pair, String suffix, Function<TaskVectorPair, Double> value) {
    return new Column(
        pair.name() + suffix,
        row ->
            number(
                row.similarity().changePairs().stream()
                    .filter(found -> found.pair().equals(pair.name()))
                    .findFirst()
                    .map(value)));
  }

  private static Optional<PairSimilarity> find(TensorRow row, Pair pair) {
    SimilarityResult similarity = row.similarity();
    return similarity.pairs().stream()
        .filter(found -> found.pair().equals(pair.name()))
        .findFirst();
  }

  private static String nonFinite(TensorRow row, String model) {
    return row.similarity().nonFinite().stream()
        .filter(found -> found.model().equals(model))
        .map(NonFinite::elements)
        .findFirst()
        .orElse(0L)
        .toString();
  }

  private static Object number(Optional<Double> value) {
    return value.isPresent() ? value.get() : "";
  }
}
