package dev.halcyon.standalone;

import dev.halcyon.contracts.DivergenceReport;
import dev.halcyon.contracts.DivergenceReport.Estimate;
import dev.halcyon.contracts.DivergenceReport.FineTune;
import dev.halcyon.contracts.DivergenceReport.Part;
import dev.halcyon.plots.ChangeChart;
import dev.halcyon.plots.ChangeChart.Dot;
import dev.halcyon.plots.DivergenceChart;
import dev.halcyon.plots.DivergenceChart.Slot;
import dev.halcyon.plots.DivergenceChart.Value;
import dev.halcyon.plots.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/// The figures of a divergence.
final class DivergenceFigures {
  private static final String LAYER = "layer_";

  private DivergenceFigures() {}

  /// File contents by name; that of change against importance only where Fisher information was
  /// computed.
  static Map<String, byte[]> of(DivergenceReport report, List<String> labels) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    put(files, "divergence", divergence(report, labels).figure());
    boolean importance =
        report.fineTunes().getFirst().tensors().stream()
            .anyMatch(tensor -> Double.isFinite(tensor.baseFisherShare()));
    if (importance) {
      put(files, "importance_change", change(report, labels).figure());
    }
    return files;
  }

  private static void put(Map<String, byte[]> files, String name, Figure figure) {
    files.put(name + ".png", figure.png());
    files.put(name + ".svg", figure.svg());
  }

  private static DivergenceChart divergence(DivergenceReport report, List<String> labels) {
    boolean kl = report.settings().objective().hasKl();
    return new DivergenceChart(
        kl ? "Divergence of the output by layer" : "Difference in loss by layer",
        "",
        kl
            ? "part of KL(base ‖ fine-tune), nats per token"
            : "part of the loss difference, nats per token",
        labels,
        slots(report, FineTune::layers, kl),
        slots(report, FineTune::componentTypes, kl));
  }

  private static List<Slot> slots(
      DivergenceReport report, Function<FineTune, List<Part>> parts, boolean kl) {
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

  private static ChangeChart change(DivergenceReport report, List<String> labels) {
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
