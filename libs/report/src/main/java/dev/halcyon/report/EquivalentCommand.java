package dev.halcyon.report;

import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.FisherEstimator;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.ModelFisher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A command line that produces the results of a report.
final class EquivalentCommand {
  private static final String BUILT_IN = "built-in";

  private final List<String> words = new ArrayList<>(List.of("halcyon"));

  private EquivalentCommand() {}

  static String of(ReportContent content) {
    EquivalentCommand command = new EquivalentCommand();
    if (isDivergenceAlone(content)) {
      command.divergence(content, content.divergence().orElseThrow());
    } else {
      command.report(content, content.report());
    }
    return String.join(" ", command.words);
  }

  private static boolean isDivergenceAlone(ReportContent content) {
    return content.report().request().analyses().equals(List.of(Analysis.DIVERGENCE));
  }

  private void report(ReportContent content, Report report) {
    if (report.results().isEmpty() && !report.fisher().isEmpty()) {
      words.add("fisher");
      option("--model", path(report, content.models().getFirst()));
      report.fisher().stream().limit(1).forEach(this::estimator);
      return;
    }
    words.add("compare");
    models(content, content.models().stream().map(model -> path(report, model)).toList());
    if (!report.request().components().isEmpty()) {
      option("--components", String.join(",", report.request().components()));
    }
  }

  private static String path(Report report, String model) {
    return report.run().paths().getOrDefault(model, model);
  }

  private void models(ReportContent content, List<String> paths) {
    option("--base", paths.getFirst());
    paths.stream().skip(1).forEach(path -> option("--fine-tune", path));
    if (!content.labels().equals(content.models())) {
      content.labels().forEach(label -> option("--label", label));
    }
  }

  private void estimator(ModelFisher model) {
    FisherEstimator estimator = model.report().estimator();
    calibration(model.report().calibration().source());
    option("--samples", "" + model.report().samples().size());
    option("--labels", lower(estimator.labels()));
    option("--weighting", lower(estimator.weighting()));
    option("--precision", lower(estimator.precision()));
    option("--max-length", "" + estimator.maxLength());
    option("--min-tokens", "" + estimator.minTokens());
  }

  private void divergence(ReportContent content, DivergenceReport report) {
    words.add("divergence");
    Map<String, String> paths = new HashMap<>(Map.of(ModelName.BASE, report.base().name()));
    report.fineTunes().forEach(fineTune -> paths.put(fineTune.name(), fineTune.model().name()));
    paths.putAll(content.report().run().paths());
    option("--base", paths.get(ModelName.BASE));
    List<String> fineTunes = content.models().subList(1, content.models().size());
    fineTunes.forEach(fineTune -> option("--fine-tune", paths.get(fineTune)));
    if (!content.labels().equals(content.models())) {
      fineTunes.forEach(fineTune -> option("--label", content.label(fineTune)));
    }
    calibration(report.calibration().source());
    option("--objective", lower(report.settings().objective()));
    option("--nodes", report.settings().nodes() == 0 ? "auto" : "" + report.settings().nodes());
    option("--weighting", lower(report.settings().weighting()));
    option("--max-length", "" + report.settings().maxLength());
    option("--min-tokens", "" + report.settings().minTokens());
  }

  private void calibration(String source) {
    if (!source.equals(BUILT_IN)) {
      option("--calibration", source);
    }
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private void option(String name, String value) {
    words.add(name);
    words.add(value.matches("[\\w./:@,+=-]+") ? value : "'" + value.replace("'", "'\\''") + "'");
  }
}
