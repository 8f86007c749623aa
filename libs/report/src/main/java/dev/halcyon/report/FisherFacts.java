package dev.halcyon.report;

import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.FisherReport.Layer;
import dev.halcyon.contracts.results.Report.ModelFisher;
import dev.halcyon.report.Statement.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What Fisher information says.
final class FisherFacts {
  private final ReportContent content;

  FisherFacts(ReportContent content) {
    this.content = content;
  }

  /// Where parameters matter to the model's loss.
  List<Statement> places() {
    List<Statement> facts = new ArrayList<>();
    for (ModelFisher model : content.fisher()) {
      List<Layer> layers = ranked(model.report());
      if (!layers.isEmpty()) {
        FisherReport.Amount largest = layers.getFirst().amount();
        facts.add(
            Statement.of(
                "%s: %s holds the largest share of the Fisher information, %s%s."
                    .formatted(
                        content.label(model.model()),
                        layers.getFirst().layer(),
                        Numbers.percent(largest.share()),
                        percentError(largest.shareSe())),
                View.LAYERS,
                Metric.FISHER,
                model.model()));
      }
    }
    return facts;
  }

  private static String percentError(double error) {
    return Double.isFinite(error) ? " ± " + Numbers.percent(error) : "";
  }

  private static List<Layer> ranked(FisherReport report) {
    return report.layers().stream()
        .filter(layer -> Double.isFinite(layer.amount().share()))
        .sorted(Comparator.comparingDouble(layer -> -layer.amount().share()))
        .toList();
  }

  List<Statement> certainty() {
    List<Statement> facts = new ArrayList<>();
    for (ModelFisher model : content.fisher()) {
      for (String warning : model.report().warnings()) {
        facts.add(
            Statement.of(
                "Fisher information of %s: %s.".formatted(content.label(model.model()), warning),
                View.RUN));
      }
    }
    return facts;
  }

  /// Shares that differ by less than two standard errors are not distinguishable.
  List<Statement> inferences() {
    List<Statement> inferences = new ArrayList<>();
    for (ModelFisher model : content.fisher()) {
      List<Layer> layers = ranked(model.report());
      if (layers.size() > 1 && !distinct(layers.get(0), layers.get(1))) {
        inferences.add(
            Statement.of(
                "%s: %s (%s) and %s (%s) are not distinguishable as the layer that matters most: their shares of the Fisher information differ by less than two standard errors."
                    .formatted(
                        content.label(model.model()),
                        layers.get(0).layer(),
                        Numbers.percent(layers.get(0).amount().share()),
                        layers.get(1).layer(),
                        Numbers.percent(layers.get(1).amount().share())),
                View.LAYERS,
                Metric.FISHER,
                model.model()));
      }
    }
    return inferences;
  }

  private static boolean distinct(Layer first, Layer second) {
    double error = Math.hypot(first.amount().shareSe(), second.amount().shareSe());
    return first.amount().share() - second.amount().share() >= 2 * error;
  }
}
