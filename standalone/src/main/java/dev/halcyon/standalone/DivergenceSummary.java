package dev.halcyon.standalone;

import com.google.errorprone.annotations.FormatMethod;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.DivergenceReport.Alone;
import dev.halcyon.contracts.results.DivergenceReport.Estimate;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.DivergenceReport.Measured;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import dev.halcyon.contracts.results.DivergenceReport.Trial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Divergences in brief, for a terminal.
record DivergenceSummary(DivergenceReport report, List<String> labels) {
  private static final int LAYERS = 10;

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < report.fineTunes().size(); i++) {
      lines.addAll(lines(labels.get(i), report.fineTunes().get(i)));
    }
    if (!report.warnings().isEmpty()) {
      lines.add("");
      report.warnings().forEach(warning -> lines.add("Warning: the base: " + warning));
    }
    return lines;
  }

  private List<String> lines(String label, FineTune fineTune) {
    List<String> lines = new ArrayList<>();
    Measured measured = fineTune.measured();
    lines.add("");
    lines.add(
        format(
            "%s moves the output by %s nats per token, KL(base || fine-tune), over %d samples of"
                + " %d tokens (%s).",
            label,
            text(measured.kl()),
            fineTune.samples().size(),
            fineTune.tokens(),
            report.calibration().source()));
    lines.add(
        format(
            "The most likely token differs at %.1f %% of positions; the loss of the base, %.4f,"
                + " changes by %s.",
            100 * measured.changedTop().value(),
            measured.baseLoss().value(),
            text(measured.lossDifference())));
    if (!fineTune.trials().isEmpty()) {
      lines.add(residual(fineTune));
    }
    if (Double.isFinite(fineTune.attributed().diagonalProxy())) {
      lines.add(proxy(fineTune));
    }
    lines.add("");
    lines.addAll(layers(fineTune));
    if (!fineTune.alone().isEmpty()) {
      lines.add("");
      lines.addAll(alone(fineTune));
    }
    if (!fineTune.warnings().isEmpty()) {
      lines.add("");
      fineTune.warnings().forEach(warning -> lines.add("Warning: " + warning));
    }
    return lines;
  }

  private String residual(FineTune fineTune) {
    Trial last = fineTune.trials().getLast();
    boolean kl = report.settings().objective().hasKl();
    Estimate measured = kl ? fineTune.measured().kl() : fineTune.measured().lossDifference();
    Estimate left = kl ? last.klResidual() : last.lossResidual();
    return format(
        "Parts add up to %.2f %% of %s with %d nodes.",
        100 * (1 - left.value() / measured.value()),
        kl ? "the divergence" : "the difference in loss",
        last.nodes());
  }

  private static String proxy(FineTune fineTune) {
    double proxy = fineTune.attributed().diagonalProxy();
    double kl = fineTune.measured().kl().value();
    return format(
        "The usual proxy 1/2 sum F delta^2 says %.3g, which is %.3g times what was measured.",
        proxy, proxy / kl);
  }

  private List<String> layers(FineTune fineTune) {
    boolean kl = report.settings().objective().hasKl();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("largest parts", kl ? "KL" : "loss", "+-", "share", "relative change"));
    fineTune.layers().stream()
        .sorted(Comparator.comparingDouble(part -> -Math.abs(value(part, kl).value())))
        .limit(LAYERS)
        .forEach(part -> rows.add(row(part, value(part, kl))));
    List<String> lines = new ArrayList<>(TextColumns.of(rows));
    if (fineTune.layers().size() > LAYERS) {
      lines.add(format("… of %d layers; divergence_layers.csv has all", fineTune.layers().size()));
    }
    return lines;
  }

  private static Estimate value(Part part, boolean kl) {
    return kl ? part.attribution() : part.lossAttribution();
  }

  private static List<String> row(Part part, Estimate value) {
    return List.of(
        part.name(),
        format("%.4g", value.value()),
        number("%.1g", value.standardError()),
        number("%.1f %%", 100 * part.share()),
        number("%.3g", part.relativeChange()));
  }

  private static List<String> alone(FineTune fineTune) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("layers alone", "part", "only it changed", "all but it"));
    for (Alone layer : fineTune.alone()) {
      rows.add(
          List.of(
              layer.layer(),
              format("%.4g", layer.attribution().value()),
              format("%.4g", layer.only().value()),
              format("%.4g", layer.allBut().value())));
    }
    return TextColumns.of(rows);
  }

  private static String text(Estimate estimate) {
    return Double.isFinite(estimate.standardError())
        ? format("%.4g +- %.1g", estimate.value(), estimate.standardError())
        : format("%.4g", estimate.value());
  }

  private static String number(String pattern, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, pattern, value) : "-";
  }

  @FormatMethod
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
