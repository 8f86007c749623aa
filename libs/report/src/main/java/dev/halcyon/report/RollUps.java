package dev.halcyon.report;

import dev.halcyon.analysis.fisher.ParameterPlace;
import dev.halcyon.contracts.results.DivergenceReport.Estimate;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.Report.ModelFisher;
import dev.halcyon.contracts.results.Report.RollUp;
import dev.halcyon.report.PageData.NamedTable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Numbers by layer and by component type, as the report has them. Experts that share a row are put
/// together.
final class RollUps {
  private final Map<String, Map<String, Double>> columns = new LinkedHashMap<>();
  private final Set<String> names = new LinkedHashSet<>();

  /// What a divergence calls components outside the layers, and what a comparison does.
  private final Map<String, String> sameAs = new HashMap<>();

  private RollUps(Stream<String> order) {
    order.forEach(names::add);
  }

  /// @param order of the layers, as a forward pass meets them
  static NamedTable byLayer(ReportContent content, Stream<String> order) {
    RollUps table = new RollUps(order);
    table.similarity(content.report().layers());
    for (ModelFisher model : content.fisher()) {
      model.report().layers().forEach(layer -> table.fisher(model.model(), layer));
    }
    for (FineTune fineTune : content.divergences()) {
      table.divergence(fineTune.name(), fineTune.layers());
    }
    return table.table();
  }

  /// @param tensors as a forward pass meets them
  static NamedTable byComponent(ReportContent content, List<TensorEntry> tensors) {
    ComponentRows rows = new ComponentRows(tensors);
    RollUps table = new RollUps(tensors.stream().map(one -> rows.row(one.name().component())));
    tensors.stream()
        .map(TensorEntry::name)
        .filter(name -> name.layer().isEmpty())
        .forEach(name ->
            table.sameAs.putIfAbsent(ParameterPlace.of(name).component(), name.component()));
    table.similarity(rows.rollUps(content.report().components()));
    for (ModelFisher model : content.fisher()) {
      Map<String, Double> shares = new HashMap<>();
      model
          .report()
          .parameters()
          .forEach(one ->
              shares.merge(rows.row(one.componentType()), one.amount().share(), Double::sum));
      shares.forEach((name, share) -> table.put(Metric.FISHER.column(model.model()), name, share));
    }
    for (FineTune fineTune : content.divergences()) {
      table.divergence(fineTune.name(), rows.parts(fineTune.componentTypes()));
    }
    return table.table();
  }

  private void similarity(List<RollUp> rollUps) {
    for (RollUp rollUp : rollUps) {
      put("tensors", rollUp.name(), (double) rollUp.tensors());
      rollUp
          .pairs()
          .forEach(pair -> {
            put("cosine:" + pair.pair(), rollUp.name(), pair.cosine().mean());
            put(Metric.DISTANCE.column(pair.pair()), rollUp.name(), pair.distance().mean());
            put("distance_min:" + pair.pair(), rollUp.name(), pair.distance().min());
            put("distance_max:" + pair.pair(), rollUp.name(), pair.distance().max());
          });
    }
  }

  private void fisher(String model, FisherReport.Layer layer) {
    put(Metric.FISHER.column(model), layer.layer(), layer.amount().share());
    put(Metric.FISHER.errorColumn(model), layer.layer(), layer.amount().shareSe());
  }

  private void divergence(String fineTune, List<Part> parts) {
    for (Part part : parts) {
      put(Metric.RELATIVE_CHANGE.column(fineTune), part.name(), part.relativeChange());
      put(Metric.ATTRIBUTION, fineTune, part.name(), part.attribution());
      put(Metric.LOSS, fineTune, part.name(), part.lossAttribution());
      put(Metric.PROXY.column(fineTune), part.name(), part.diagonalProxy());
    }
  }

  private void put(Metric metric, String which, String name, Estimate estimate) {
    put(metric.column(which), name, estimate.value());
    put(metric.errorColumn(which), name, estimate.standardError());
  }

  private void put(String column, String calledSo, double value) {
    if (Double.isFinite(value)) {
      String name = sameAs.getOrDefault(calledSo, calledSo);
      names.add(name);
      columns.computeIfAbsent(column, _ -> new HashMap<>()).put(name, value);
    }
  }

  private NamedTable table() {
    List<String> ordered = List.copyOf(names);
    Map<String, List<Double>> numbers = new LinkedHashMap<>();
    columns.forEach((column, values) ->
        numbers.put(
            column, ordered.stream().map(name -> values.getOrDefault(name, Double.NaN)).toList()));
    return new NamedTable(ordered, numbers);
  }
}
