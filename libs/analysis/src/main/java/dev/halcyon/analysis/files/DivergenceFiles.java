package dev.halcyon.analysis.files;

import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.DivergenceReport.Alone;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import dev.halcyon.contracts.results.DivergenceReport.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The tables of a divergence report; `docs/reference/divergence-files.md` describes them. A number
/// that was not computed is an empty cell.
public final class DivergenceFiles {
  public static final String TENSORS = "divergence.csv";
  public static final String LAYERS = "divergence_layers.csv";
  public static final String SAMPLES = "divergence_samples.csv";

  private DivergenceFiles() {}

  /// All tables of the report by name.
  public static Map<String, byte[]> of(DivergenceReport report) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(TENSORS, tensors(report));
    files.put(LAYERS, layers(report));
    files.put(SAMPLES, samples(report));
    return files;
  }

  private static byte[] tensors(DivergenceReport report) {
    List<String> header =
        new ArrayList<>(
            List.of("tensor_key", "layer", "component_type", "elements", "base_fisher_share"));
    report.fineTunes().forEach(fineTune -> header.addAll(columns(fineTune)));
    CsvTable table = new CsvTable(header.toArray(String[]::new));
    for (int i = 0; i < first(report).tensors().size(); i++) {
      Part tensor = first(report).tensors().get(i);
      List<Object> row = new ArrayList<>(List.of(tensor.name(), tensor.layer()));
      row.addAll(List.of(tensor.componentType(), tensor.elements(), tensor.baseFisherShare()));
      addParts(report, FineTune::tensors, i, row);
      table.row(row.toArray());
    }
    return table.bytes();
  }

  private static byte[] layers(DivergenceReport report) {
    boolean alone = report.fineTunes().stream().anyMatch(tuned -> !tuned.alone().isEmpty());
    List<String> header = new ArrayList<>(List.of("layer", "elements", "base_fisher_share"));
    report.fineTunes().forEach(fineTune -> header.addAll(columns(fineTune)));
    if (alone) {
      report.fineTunes().stream()
          .map(FineTune::name)
          .forEach(name -> header.addAll(List.of(name + "_only_kl", name + "_all_but_kl")));
    }
    CsvTable table = new CsvTable(header.toArray(String[]::new));
    for (int i = 0; i < first(report).layers().size(); i++) {
      Part layer = first(report).layers().get(i);
      List<Object> row =
          new ArrayList<>(List.of(layer.name(), layer.elements(), layer.baseFisherShare()));
      addParts(report, FineTune::layers, i, row);
      if (alone) {
        report.fineTunes().forEach(fineTune -> addAlone(fineTune, layer.name(), row));
      }
      table.row(row.toArray());
    }
    return table.bytes();
  }

  private static byte[] samples(DivergenceReport report) {
    List<String> header = new ArrayList<>(List.of("sample", "tokens", "base_loss"));
    for (FineTune fineTune : report.fineTunes()) {
      for (String column :
          List.of("kl", "reverse_kl", "loss_difference", "changed_top", "attributed", "share")) {
        header.add(fineTune.name() + "_" + column);
      }
    }
    CsvTable table = new CsvTable(header.toArray(String[]::new));
    for (int i = 0; i < first(report).samples().size(); i++) {
      Sample one = first(report).samples().get(i);
      List<Object> row = new ArrayList<>(List.of(one.sample(), one.tokens(), one.baseLoss()));
      for (FineTune fineTune : report.fineTunes()) {
        Sample sample = fineTune.samples().get(i);
        row.addAll(List.of(sample.kl(), sample.reverseKl(), sample.lossDifference()));
        row.addAll(List.of(sample.changedTop(), sample.attributed(), sample.share()));
      }
      table.row(row.toArray());
    }
    return table.bytes();
  }

  private static List<String> columns(FineTune fineTune) {
    String name = fineTune.name() + "_";
    return List.of(
        name + "relative_change",
        name + "attribution",
        name + "attribution_se",
        name + "share",
        name + "loss_attribution",
        name + "diagonal_proxy");
  }

  private static void addParts(
      DivergenceReport report, Function<FineTune, List<Part>> parts, int place, List<Object> row) {
    for (FineTune fineTune : report.fineTunes()) {
      Part part = parts.apply(fineTune).get(place);
      row.add(part.relativeChange());
      row.add(part.attribution().value());
      row.add(part.attribution().standardError());
      row.add(part.share());
      row.add(part.lossAttribution().value());
      row.add(part.diagonalProxy());
    }
  }

  private static void addAlone(FineTune fineTune, String layer, List<Object> row) {
    Optional<Alone> alone =
        fineTune.alone().stream().filter(each -> each.layer().equals(layer)).findFirst();
    row.add(alone.map(each -> each.only().value()).orElse(Double.NaN));
    row.add(alone.map(each -> each.allBut().value()).orElse(Double.NaN));
  }

  private static FineTune first(DivergenceReport report) {
    return report.fineTunes().getFirst();
  }
}
