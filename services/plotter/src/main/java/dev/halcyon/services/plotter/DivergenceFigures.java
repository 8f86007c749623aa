package dev.halcyon.services.plotter;

import dev.halcyon.contracts.request.Rendering;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.DivergenceReport.Estimate;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import dev.halcyon.plots.ChangeChart;
import dev.halcyon.plots.ChangeChart.Dot;
import dev.halcyon.plots.DivergenceChart;
import dev.halcyon.plots.DivergenceChart.Slot;
import dev.halcyon.plots.DivergenceChart.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/// The figures of a divergence.
///
/// @param report of it
/// @param labels of the fine-tunes
record DivergenceFigures(DivergenceReport report, List<String> labels) {
  private static final String LAYER = "layer_";

  static DivergenceFigures of(DivergenceReport report, Rendering rendering) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < report.fineTunes().size(); i++) {
      labels.add(label(report.fineTunes().get(i), rendering.labels().get(i + 1)));
    }
    return new DivergenceFigures(report, labels);
  }

  /// What it was asked to be called, or else what the model is called.
  private static String label(FineTune fineTune, String label) {
    return label.equals(fineTune.name()) ? fineTune.model().name() : label;
  }

  /// Whether it can be set beside importance.
  boolean hasImportance() {
    return report.fineTunes().getFirst().tensors().stream()
        .anyMatch(tensor -> Double.isFinite(tensor.baseFisherShare()));
  }

  DivergenceChart divergence() {
    boolean kl = report.settings().objective().hasKl();
    return new DivergenceChart(
        kl ? "Divergence of the output by layer" : "Difference in loss by layer",
        "",
        kl
            ? "part of KL(base ‖ fine-tune), nats per token"
            : "part of the loss difference, nats per token",
        labels,
        slots(FineTune::layers, kl),
        slots(FineTune::componentTypes, kl));
  }

  private List<Slot> slots(Function<FineTune, List<Part>> parts, boolean kl) {
    List<Slot> slots = new ArrayList<>();
    List<Part> first = parts.apply(report.fineTunes().getFirst());
    for (int i = 0; i < first.size(); i++) {
      List<Value> values = new ArrayList<>();
      for (FineTune fineTune : report.fineTunes()) {
        Part part = parts.apply(fineTune).get(i);
        Estimate estimate = kl ? part.attribution() : part.lossAttribution();
        values.add(new Value(estimate.value(), estimate.standardError()));
      }
      slots.add(new Slot(first.get(i).name(), layer(first.get(i).name()), values));
    }
    return slots;
  }

  private static OptionalInt layer(String name) {
    return name.matches(LAYER + "\\d+")
        ? OptionalInt.of(Integer.parseInt(name.substring(LAYER.length())))
        : OptionalInt.empty();
  }

  ChangeChart importance() {
    List<Dot> dots = new ArrayList<>();
    for (int i = 0; i < report.fineTunes().size(); i++) {
      for (Part tensor : report.fineTunes().get(i).tensors()) {
        dots.add(
            new Dot(
                shortName(tensor),
                i,
                tensor.relativeChange(),
                tensor.baseFisherShare(),
                tensor.attribution().value()));
      }
    }
    return new ChangeChart("What changed against what matters", labels, dots);
  }

  private static String shortName(Part tensor) {
    return layer(tensor.layer()).isPresent()
        ? layer(tensor.layer()).getAsInt() + " " + tensor.componentType()
        : tensor.componentType();
  }
}
