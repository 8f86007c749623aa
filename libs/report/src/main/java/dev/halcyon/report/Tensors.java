package dev.halcyon.report;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.results.DivergenceReport.Estimate;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import dev.halcyon.contracts.results.FisherReport.Parameter;
import dev.halcyon.contracts.results.Report.ModelFisher;
import dev.halcyon.contracts.results.Report.TensorRow;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.tensors.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All tensors of a report in the order of a forward pass, each with the numbers of every analysis.
/// A tensor that analyses call by different prefixes is one.
final class Tensors {
  /// In the order of the reports, which is nearly that of a forward pass: sorting is quick.
  private final Map<String, TensorEntry> byKey = new LinkedHashMap<>();

  private final Map<String, TensorEntry> byPlace = new HashMap<>();

  private Tensors() {}

  static List<TensorEntry> of(ReportContent content) {
    Tensors tensors = new Tensors();
    content.tensors().forEach(tensors::similarity);
    content.fisher().forEach(tensors::fisher);
    content.divergences().forEach(tensors::divergence);
    List<TensorEntry> entries = new ArrayList<>(tensors.byKey.values());
    entries.sort(Comparator.comparing(TensorEntry::name));
    return entries;
  }

  private TensorEntry entry(String key, Shape shape) {
    TensorEntry known = byKey.get(key);
    if (known != null) {
      return known;
    }
    TensorName name = TensorName.parse(key);
    TensorEntry samePlace = byPlace.get(TensorEntry.place(name));
    return samePlace != null ? samePlace : added(new TensorEntry(name, shape));
  }

  private TensorEntry added(TensorEntry entry) {
    byKey.put(entry.name().key(), entry);
    byPlace.putIfAbsent(entry.place(), entry);
    return entry;
  }

  private void similarity(TensorRow row) {
    TensorEntry entry = added(new TensorEntry(TensorName.parse(row.tensorKey()), row.shape()));
    entry.note(row.note());
    SimilarityResult found = row.similarity();
    found
        .pairs()
        .forEach(pair -> {
          entry.put(Metric.DISTANCE.column(pair.pair()), pair.distance());
          entry.put(pair.pair(), pair.quantiles());
        });
    found
        .changes()
        .forEach(change -> {
          entry.put(Metric.RELATIVE_CHANGE.column(change.model()), change.relativeChange());
          entry.put(Metric.IDENTICAL.column(change.model()), change.identical());
        });
    found
        .changePairs()
        .forEach(pair -> {
          entry.put(Metric.TASK_COSINE.column(pair.pair()), pair.cosine());
          entry.put(Metric.SIGN_CONFLICT.column(pair.pair()), pair.signConflict());
        });
  }

  private void fisher(ModelFisher model) {
    for (Parameter parameter : model.report().parameters()) {
      TensorEntry entry = entry(parameter.parameter(), parameter.shape());
      entry.put(Metric.FISHER.column(model.model()), parameter.amount().share());
      entry.put(Metric.FISHER.errorColumn(model.model()), parameter.amount().shareSe());
    }
  }

  private void divergence(FineTune fineTune) {
    for (Part part : fineTune.tensors()) {
      TensorEntry entry = entry(part.name(), Shape.of(part.elements()));
      putEstimate(entry, Metric.ATTRIBUTION, fineTune.name(), part.attribution());
      putEstimate(entry, Metric.LOSS, fineTune.name(), part.lossAttribution());
      putDefined(entry, Metric.PROXY.column(fineTune.name()), part.diagonalProxy());
      String change = Metric.RELATIVE_CHANGE.column(fineTune.name());
      if (!Double.isFinite(entry.number(change))) {
        putDefined(entry, change, part.relativeChange());
      }
      String fisher = Metric.FISHER.column("base");
      if (!Double.isFinite(entry.number(fisher))) {
        putDefined(entry, fisher, part.baseFisherShare());
      }
    }
  }

  private static void putEstimate(
      TensorEntry entry, Metric metric, String which, Estimate estimate) {
    putDefined(entry, metric.column(which), estimate.value());
    putDefined(entry, metric.errorColumn(which), estimate.standardError());
  }

  private static void putDefined(TensorEntry entry, String column, double value) {
    if (Double.isFinite(value)) {
      entry.put(column, value);
    }
  }
}
