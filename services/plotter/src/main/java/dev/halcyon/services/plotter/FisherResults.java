package dev.halcyon.services.plotter;

import dev.halcyon.analysis.files.FisherFiles;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.request.Rendering;
import dev.halcyon.contracts.results.FisherOutcome.SavedDiagonal;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.FisherReport.Layer;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.ModelFisher;
import dev.halcyon.contracts.results.ResultManifest.ResultFile;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.plots.FisherChart;
import dev.halcyon.plots.FisherChart.Share;
import dev.halcyon.plots.figure.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The result files of Fisher information. They lie beside the others where one model's is all that
/// was asked for, in a folder `fisher/<model>` each otherwise.
final class FisherResults {
  private static final String FIGURE = "fisher_importance";
  private static final String LAYER = "layer_";

  private FisherResults() {}

  /// File contents by name.
  static Map<String, byte[]> of(Report report, Rendering rendering) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (ModelFisher model : report.fisher()) {
      String folder = folder(report, model);
      FisherFiles.of(model.report()).forEach((name, content) -> files.put(folder + name, content));
      chart(model, rendering)
          .ifPresent(figure -> {
            files.put(folder + FIGURE + ".png", figure.png());
            files.put(folder + FIGURE + ".svg", figure.svg());
          });
    }
    return files;
  }

  /// Saved diagonals, which stay where the worker put them.
  static List<ResultFile> diagonals(Report report) {
    List<ResultFile> files = new ArrayList<>();
    for (ModelFisher model : report.fisher()) {
      model.diagonal().map(SavedDiagonal::files).orElse(List.of()).stream()
          .map(saved -> file(folder(report, model) + saved.file(), saved.object()))
          .forEach(files::add);
    }
    return files;
  }

  private static ResultFile file(String name, StoredObject object) {
    return new ResultFile(name, object.size(), object.sha256(), Optional.of(object.key()));
  }

  private static String folder(Report report, ModelFisher model) {
    boolean alone = report.request().analyses().equals(List.of(Analysis.FISHER));
    return alone && report.models().size() == 1 ? "" : "fisher/" + model.model() + "/";
  }

  /// There is nothing to draw where no share is defined.
  private static Optional<Figure> chart(ModelFisher model, Rendering rendering) {
    List<Share> shares = model.report().layers().stream().map(FisherResults::share).toList();
    boolean defined = shares.stream().anyMatch(share -> Double.isFinite(share.share()));
    return defined
        ? Optional.of(
            new FisherChart("Fisher information by layer: " + label(model, rendering), "", shares)
                .figure())
        : Optional.empty();
  }

  private static String label(ModelFisher model, Rendering rendering) {
    int place = ModelName.all(rendering.labels().size()).indexOf(model.model());
    String label = rendering.labels().get(place);
    return label.equals(model.model()) ? model.report().model().name() : label;
  }

  private static Share share(Layer layer) {
    FisherReport.Amount amount = layer.amount();
    return layer.layer().startsWith(LAYER)
        ? Share.ofLayer(
            Integer.parseInt(layer.layer().substring(LAYER.length())),
            amount.share(),
            amount.shareSe())
        : Share.outsideLayers(layer.layer(), amount.share(), amount.shareSe());
  }
}
