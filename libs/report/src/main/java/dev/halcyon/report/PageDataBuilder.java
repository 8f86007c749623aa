package dev.halcyon.report;

import dev.halcyon.contracts.job.Plan.SkippedTensor;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.DivergenceReport.Sample;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.ModelFisher;
import dev.halcyon.report.PageData.Divergence;
import dev.halcyon.report.PageData.FineTune;
import dev.halcyon.report.PageData.Fisher;
import dev.halcyon.report.PageData.Model;
import dev.halcyon.report.PageData.Skipped;
import dev.halcyon.report.ShownMetrics.Column;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Puts a page's numbers together.
final class PageDataBuilder {
  private static final int MOST_SKIPPED = 1000;
  private static final int MOST_SAMPLES = 200;

  private final ReportContent content;
  private final List<TensorEntry> tensors;

  PageDataBuilder(ReportContent content, List<TensorEntry> tensors) {
    this.content = content;
    this.tensors = tensors;
  }

  PageData data() {
    ShownMetrics metrics = new ShownMetrics(content, tensors);
    List<Column> columns = metrics.columns();
    Cells cells = new Cells(tensors);
    return new PageData(
        models(),
        metrics.metrics(),
        cells.components(),
        cells.layers(),
        new Listing(tensors, columns).table(cells),
        cells.table(columns),
        RollUps.byLayer(content, tensors.stream().map(one -> one.name().layerName())),
        RollUps.byComponent(content, tensors),
        content.report().summary(),
        skipped(),
        content.fisher().stream().map(PageDataBuilder::fisher).toList(),
        content.divergence().map(PageDataBuilder::divergence));
  }

  private List<Model> models() {
    return content.models().stream()
        .map(name -> new Model(name, content.label(name), model(name)))
        .toList();
  }

  private Optional<Report.Model> model(String name) {
    return content.report().models().stream()
        .filter(model -> model.name().equals(name))
        .findFirst();
  }

  private Skipped skipped() {
    List<SkippedTensor> skipped = content.report().skipped();
    Map<String, Long> reasons =
        skipped.stream()
            .collect(
                Collectors.groupingBy(
                    one -> one.reason().name().toLowerCase(Locale.ROOT),
                    TreeMap::new,
                    Collectors.counting()));
    return new Skipped(skipped.size(), reasons, skipped.stream().limit(MOST_SKIPPED).toList());
  }

  private static Fisher fisher(ModelFisher model) {
    FisherReport report = model.report();
    return new Fisher(
        model.model(),
        report.model(),
        report.estimator(),
        report.calibration(),
        report.total(),
        report.samples().size(),
        report.warnings());
  }

  private static Divergence divergence(DivergenceReport report) {
    return new Divergence(
        report.base(),
        report.settings(),
        report.calibration(),
        report.fineTunes().stream().map(PageDataBuilder::fineTune).toList());
  }

  private static FineTune fineTune(DivergenceReport.FineTune found) {
    return new FineTune(
        found.name(),
        found.model(),
        found.vocabulary(),
        found.tokens(),
        found.samples().size(),
        found.measured(),
        found.trials(),
        found.attributed(),
        found.alone(),
        found.samples().stream()
            .sorted(Comparator.comparingDouble(Sample::share).reversed())
            .limit(MOST_SAMPLES)
            .toList(),
        found.warnings());
  }
}
