package dev.halcyon.report;

import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.request.ModelName.Pair;
import dev.halcyon.report.PageData.ShownMetric;
import dev.halcyon.report.PageData.Which;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Which numbers a page has.
final class ShownMetrics {
  private static final List<Metric> ALL =
      List.of(
          Metric.DISTANCE,
          Metric.RELATIVE_CHANGE,
          Metric.IDENTICAL,
          Metric.FISHER,
          Metric.ATTRIBUTION,
          Metric.LOSS,
          Metric.PROXY,
          Metric.TASK_COSINE,
          Metric.SIGN_CONFLICT);

  private final ReportContent content;
  private final List<TensorEntry> tensors;

  ShownMetrics(ReportContent content, List<TensorEntry> tensors) {
    this.content = content;
    this.tensors = tensors;
  }

  /// A column of numbers: a metric of something.
  record Column(Metric metric, Which which) {
    String name() {
      return metric.column(which.id());
    }

    String errorName() {
      return metric.errorColumn(which.id());
    }
  }

  List<ShownMetric> metrics() {
    List<ShownMetric> shown = new ArrayList<>();
    for (Metric metric : ALL) {
      List<Which> of = present(metric);
      if (!of.isEmpty()) {
        shown.add(shown(metric, of));
      }
    }
    return shown;
  }

  List<Column> columns() {
    return ALL.stream()
        .flatMap(metric -> present(metric).stream().map(which -> new Column(metric, which)))
        .toList();
  }

  private static ShownMetric shown(Metric metric, List<Which> of) {
    return new ShownMetric(
        metric.id(),
        metric.label(),
        metric.explanation(),
        metric.percent(),
        metric.signed(),
        metric.total().name().toLowerCase(Locale.ROOT),
        of);
  }

  private List<Which> present(Metric metric) {
    return subjects(metric).stream().filter(which -> isPresent(metric.column(which.id()))).toList();
  }

  private boolean isPresent(String column) {
    return tensors.stream().anyMatch(tensor -> Double.isFinite(tensor.number(column)));
  }

  private List<Which> subjects(Metric metric) {
    List<String> models = content.models();
    return switch (metric.subject()) {
      case PAIR -> ModelName.pairs(models).stream().map(this::pair).toList();
      case FINE_TUNE_PAIR ->
          ModelName.pairs(models).stream()
              .filter(pair -> !pair.involvesBase())
              .map(this::pair)
              .toList();
      case FINE_TUNE -> models.stream().skip(1).map(this::model).toList();
      case MODEL -> models.stream().map(this::model).toList();
    };
  }

  private Which pair(Pair pair) {
    return new Which(pair.name(), content.label(pair));
  }

  private Which model(String model) {
    return new Which(model, content.label(model));
  }
}
