package dev.halcyon.exports;

import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.FisherEstimator;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.DivergenceReport.Estimate;
import dev.halcyon.contracts.results.FisherCalibration;
import dev.halcyon.contracts.results.FisherReport;
import java.util.ArrayList;
import java.util.List;

/// A file's provenance as readable text: the command, the models with their digests, and how the
/// numbers were computed.
final class Provenance {
  private final Export export;

  Provenance(Export export) {
    this.export = export;
  }

  List<String> lines() {
    Ranking ranking = export.ranking();
    List<String> lines = new ArrayList<>();
    lines.add("Written by Halcyon %s: %s".formatted(export.version(), export.command()));
    lines.add("Ranked by %s of %s".formatted(ranking.by().meaning(), ranking.model()));
    for (ResultModel model : export.results().models()) {
      lines.add("%s: %s, digest %s".formatted(model.name(), model.source(), model.digest()));
    }
    switch (ranking.by()) {
      case FISHER -> lines.addAll(fisher());
      case ATTRIBUTION, CHANGE -> lines.addAll(divergence());
    }
    return lines.stream().map(Provenance::oneLine).toList();
  }

  private List<String> fisher() {
    return export
        .results()
        .fisherOf(export.ranking().model())
        .map(report -> List.of(estimator(report), calibration(report)))
        .orElseGet(this::divergence);
  }

  private static String estimator(FisherReport report) {
    FisherEstimator estimator = report.estimator();
    return "Fisher information: labels %s, weighting %s, precision %s, seed %d, cut at %d tokens"
        .formatted(
            word(estimator.labels()),
            word(estimator.weighting()),
            word(estimator.precision()),
            estimator.seed(),
            estimator.maxLength());
  }

  private static String calibration(FisherReport report) {
    return calibration(report.calibration())
        + ", %d texts, %d tokens".formatted(report.samples().size(), report.total().tokens());
  }

  private static String calibration(FisherCalibration calibration) {
    return "Calibration: %s, digest %s".formatted(calibration.source(), calibration.digest());
  }

  private List<String> divergence() {
    return export.results().divergence().map(this::divergence).orElse(List.of());
  }

  private List<String> divergence(DivergenceReport report) {
    List<String> lines = new ArrayList<>();
    export
        .results()
        .divergenceOf(export.ranking().model())
        .map(tuned -> tuned.measured().kl())
        .map(Provenance::measured)
        .ifPresent(lines::add);
    lines.add(calibration(report.calibration()));
    return lines;
  }

  private static String measured(Estimate kl) {
    return "Measured divergence: KL %s nats per token, standard error %s"
        .formatted(kl.value(), kl.standardError());
  }

  /// A closed choice in its written form.
  private static String word(Enum<?> choice) {
    return Json.tree(choice).asText();
  }

  /// Names may hold line breaks, which would end a comment.
  private static String oneLine(String line) {
    return line.replaceAll("\\p{Cntrl}", " ");
  }
}
