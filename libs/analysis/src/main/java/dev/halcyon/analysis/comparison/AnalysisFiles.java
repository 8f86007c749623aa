package dev.halcyon.analysis.comparison;

import dev.halcyon.analysis.files.CsvTable;
import dev.halcyon.analysis.taskvector.ChangeStatistics;
import dev.halcyon.analysis.taskvector.TaskVectorAnalysis;
import dev.halcyon.analysis.taskvector.TaskVectorAnalysis.Tensor;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.TensorRow;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import dev.halcyon.tensors.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The files of `halcyon analyze`. They combine similarity, Fisher information and divergence for
/// each tensor. `docs/reference/analyze-files.md` describes them.
public final class AnalysisFiles {
  public static final String LAYERS = "analysis_layers.csv";
  private static final String LAYER_IMPORTANCE = "_layer_importance.json";

  private final Report report;
  private final DivergenceReport divergence;

  /// @param report with similarity and Fisher information
  /// @param divergence of the same models
  public AnalysisFiles(Report report, DivergenceReport divergence) {
    this.report = report;
    this.divergence = divergence;
  }

  /// File contents by name; those of a fine-tune in a folder of its own where there are several.
  public Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(LAYERS, layers());
    for (FineTune fineTune : divergence.fineTunes()) {
      String folder = folder(fineTune.name());
      files.put(folder + TaskVectorAnalysis.FILE, taskVector(fineTune.name()).json());
      fisher(ModelName.BASE)
          .map(FisherSums::of)
          .ifPresent(base -> addFisher(folder, base, fineTune, files));
    }
    return files;
  }

  /// The folder of a fine-tune's own files, with its slash.
  public String folder(String fineTune) {
    return divergence.fineTunes().size() == 1 ? "" : fineTune + "/";
  }

  private void addFisher(
      String folder, FisherSums base, FineTune fineTune, Map<String, byte[]> files) {
    files.put(folder + "base" + LAYER_IMPORTANCE, base.layerImportance());
    fisher(fineTune.name())
        .map(FisherSums::of)
        .ifPresent(tuned -> {
          files.put(folder + "instruct" + LAYER_IMPORTANCE, tuned.layerImportance());
          files.put(folder + "fisher_comparison.json", FisherComparison.of(base, tuned).json());
        });
    FisherSums change = FisherSums.ofChange(fineTune);
    files.put(folder + "task_vector" + LAYER_IMPORTANCE, change.layerImportance());
    files.put(
        folder + "task_vector_fisher_comparison.json", FisherComparison.of(base, change).json());
  }

  private Optional<FisherReport> fisher(String model) {
    return report.fisher().stream()
        .filter(found -> found.model().equals(model))
        .map(Report.ModelFisher::report)
        .findFirst();
  }

  /// The numbers of a task vector out of those of the comparison.
  public TaskVectorAnalysis taskVector(String fineTune) {
    List<Tensor> tensors = new ArrayList<>();
    for (TensorRow row : report.results()) {
      row.similarity().changes().stream()
          .filter(change -> change.model().equals(fineTune))
          .map(change -> tensor(row, change))
          .forEach(tensors::add);
    }
    return TaskVectorAnalysis.of(tensors);
  }

  private static Tensor tensor(TensorRow row, TaskVectorStatistics change) {
    Shape shape = row.shape();
    double elements = shape.elements();
    double norm =
        Math.sqrt(elements * (change.std() * change.std() + change.mean() * change.mean()));
    double sample = elements < 2 ? Double.NaN : change.std() * Math.sqrt(elements / (elements - 1));
    return new Tensor(
        row.tensorKey(),
        shape,
        new ChangeStatistics(
            shape.elements(),
            norm,
            norm / change.relativeChange(),
            change.mean(),
            sample,
            change.max(),
            change.min()));
  }

  private byte[] layers() {
    List<String> header = new ArrayList<>(List.of("layer", "elements", "base_fisher_share"));
    for (FineTune fineTune : divergence.fineTunes()) {
      String name = fineTune.name();
      header.addAll(
          List.of(
              name + "_fisher_share",
              name + "_relative_change",
              name + "_mean_distance",
              name + "_attribution",
              name + "_attribution_se",
              name + "_share"));
    }
    CsvTable table = new CsvTable(header.toArray(String[]::new));
    for (int i = 0; i < divergence.fineTunes().getFirst().layers().size(); i++) {
      table.row(row(i).toArray());
    }
    return table.bytes();
  }

  private List<Object> row(int place) {
    Part first = divergence.fineTunes().getFirst().layers().get(place);
    List<Object> row = new ArrayList<>();
    row.add(first.name());
    row.add(first.elements());
    row.add(share(ModelName.BASE, first.name()));
    for (FineTune fineTune : divergence.fineTunes()) {
      Part layer = fineTune.layers().get(place);
      row.add(share(fineTune.name(), layer.name()));
      row.add(layer.relativeChange());
      row.add(meanDistance(fineTune.name(), layer.name()));
      row.add(layer.attribution().value());
      row.add(layer.attribution().standardError());
      row.add(layer.share());
    }
    return row;
  }

  private double share(String model, String layer) {
    return fisher(model).stream()
        .flatMap(found -> found.layers().stream())
        .filter(found -> found.layer().equals(layer))
        .mapToDouble(found -> found.amount().share())
        .findFirst()
        .orElse(Double.NaN);
  }

  private double meanDistance(String fineTune, String layer) {
    String pair = ModelName.pair(ModelName.BASE, fineTune);
    return report.layers().stream()
        .filter(rollUp -> rollUp.name().equals(layer))
        .flatMap(rollUp -> rollUp.pairs().stream())
        .filter(found -> found.pair().equals(pair))
        .mapToDouble(found -> found.distance().mean())
        .findFirst()
        .orElse(Double.NaN);
  }
}
