package dev.halcyon.standalone;

import com.google.errorprone.annotations.FormatMethod;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.FisherReport.Amount;
import dev.halcyon.contracts.results.FisherReport.Component;
import dev.halcyon.contracts.results.FisherReport.Layer;
import dev.halcyon.contracts.results.FisherReport.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// A model's Fisher information in brief, for a terminal.
final class FisherSummary {
  private static final int COMPONENTS = 5;
  private static final int LAYERS = 12;

  private final String label;
  private final FisherReport report;

  /// @param label of the model
  FisherSummary(String label, FisherReport report) {
    this.label = label;
    this.report = report;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        format(
            "Fisher information of %s: %d parameters, %d samples of %d tokens (%s), sum %.6g.",
            label,
            report.total().parameters(),
            report.samples().size(),
            report.total().tokens(),
            report.calibration().source(),
            report.total().sum()));
    lines.add(format("Mean loss %.4f nats per token over samples.", meanLoss()));
    lines.add("");
    lines.addAll(layers());
    lines.add("");
    lines.addAll(components());
    if (!report.warnings().isEmpty()) {
      lines.add("");
      report.warnings().forEach(warning -> lines.add("Warning: " + warning));
    }
    return lines;
  }

  private double meanLoss() {
    return report.samples().stream().mapToDouble(Sample::loss).average().orElse(Double.NaN);
  }

  /// In the network's order; of a deep network the ones that hold most.
  private List<String> layers() {
    List<Layer> shown =
        report.layers().size() <= LAYERS
            ? report.layers()
            : largest(report.layers(), Comparator.comparingDouble(l -> -l.amount().sum()), LAYERS);
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("layer", "share", "+-", "mean", "top 0.1 % hold"));
    shown.forEach(layer -> rows.add(row(layer.layer(), layer.amount())));
    List<String> lines = new ArrayList<>(TextColumns.of(rows));
    if (shown.size() < report.layers().size()) {
      lines.add(format("… of %d layers; fisher_layers.csv has all", report.layers().size()));
    }
    return lines;
  }

  private List<String> components() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("largest components", "share", "+-", "mean", "top 0.1 % hold"));
    largest(
            report.components(),
            Comparator.comparingDouble((Component c) -> -c.amount().sum()),
            COMPONENTS)
        .forEach(component -> rows.add(row(component.component(), component.amount())));
    return TextColumns.of(rows);
  }

  private static <T> List<T> largest(List<T> all, Comparator<T> order, int count) {
    return all.stream().sorted(order).limit(count).toList();
  }

  private static List<String> row(String name, Amount amount) {
    return List.of(
        name,
        percent(amount.share()),
        percent(amount.shareSe()),
        Double.isFinite(amount.mean()) ? format("%.3e", amount.mean()) : "-",
        percent(amount.topShare()));
  }

  private static String percent(double share) {
    return Double.isFinite(share) ? format("%.2f %%", 100 * share) : "-";
  }

  @FormatMethod
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
