package dev.halcyon.report;

import dev.halcyon.analysis.names.ExpertPool;
import dev.halcyon.analysis.rollup.Summaries;
import dev.halcyon.contracts.results.DivergenceReport.Estimate;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import dev.halcyon.contracts.results.Report.PairSummary;
import dev.halcyon.contracts.results.Report.RollUp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// Roll-ups by component as rows of the page: experts that share a cell of the heat map share a row
/// too.
final class ComponentRows {
  private final ExpertPool experts;

  /// @param tensors all of the page
  ComponentRows(List<TensorEntry> tensors) {
    this.experts = new ExpertPool(tensors.stream().map(one -> one.name().component()).toList());
  }

  /// The row of a component.
  String row(String component) {
    return experts.place(component);
  }

  List<RollUp> rollUps(List<RollUp> components) {
    return rows(components, RollUp::name, ComponentRows::rollUp);
  }

  private static RollUp rollUp(String row, List<RollUp> of) {
    Map<String, List<PairSummary>> pairs = new LinkedHashMap<>();
    of.stream()
        .flatMap(one -> one.pairs().stream())
        .forEach(pair -> pairs.computeIfAbsent(pair.pair(), _ -> new ArrayList<>()).add(pair));
    return new RollUp(
        row,
        of.stream().mapToLong(RollUp::tensors).sum(),
        pairs.entrySet().stream().map(one -> summary(one.getKey(), one.getValue())).toList());
  }

  private static PairSummary summary(String pair, List<PairSummary> of) {
    return new PairSummary(
        pair,
        Summaries.merge(of.stream().map(PairSummary::cosine).toList()),
        Summaries.merge(of.stream().map(PairSummary::distance).toList()));
  }

  /// Standard errors and the relative change of several components do not follow from those of
  /// each, and are undefined.
  List<Part> parts(List<Part> componentTypes) {
    return rows(componentTypes, Part::name, ComponentRows::part);
  }

  private static Part part(String row, List<Part> of) {
    return new Part(
        row,
        of.getFirst().layer(),
        row,
        of.stream().mapToLong(Part::elements).sum(),
        sum(of, Part::baseFisherShare),
        of.size() == 1 ? of.getFirst().relativeChange() : Double.NaN,
        estimate(of, Part::attribution),
        sum(of, Part::share),
        estimate(of, Part::lossAttribution),
        sum(of, Part::diagonalProxy));
  }

  private static Estimate estimate(List<Part> of, Function<Part, Estimate> which) {
    return of.size() == 1
        ? which.apply(of.getFirst())
        : new Estimate(sum(of, part -> which.apply(part).value()), Double.NaN);
  }

  private static double sum(List<Part> of, ToDoubleFunction<Part> number) {
    return of.stream().mapToDouble(number).sum();
  }

  private <T> List<T> rows(
      List<T> components, Function<T, String> name, BiFunction<String, List<T>, T> row) {
    Map<String, List<T>> rows = new LinkedHashMap<>();
    components.forEach(
        one -> rows.computeIfAbsent(row(name.apply(one)), _ -> new ArrayList<>()).add(one));
    return rows.entrySet().stream()
        .map(entry -> row.apply(entry.getKey(), entry.getValue()))
        .toList();
  }
}
