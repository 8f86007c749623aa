package dev.halcyon.services.plotter;

import dev.halcyon.contracts.Analysis;
import dev.halcyon.contracts.Rendering;
import dev.halcyon.contracts.Report;
import dev.halcyon.plots.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The files a user gets for a report.
final class ResultFiles {
  private ResultFiles() {}

  /// File contents by name, in the order they are listed. Figures are drawn side by side.
  ///
  /// @param json the report as the store has it, which is a result itself
  static Map<String, byte[]> of(Report report, byte[] json, Rendering rendering) {
    Map<String, Supplier<byte[]>> files = new LinkedHashMap<>();
    files.put("report.json", () -> json);
    if (report.request().analyses().contains(Analysis.SIMILARITY)) {
      files.put("similarity_results.csv", () -> SimilarityCsv.of(report));
      SimilarityFigures figures = new SimilarityFigures(report, rendering);
      put(files, "similarity_heatmaps", figures.heatmaps());
      put(files, "similarity_lineplot", figures.lines());
    }
    FisherResults.of(report, rendering).forEach((name, content) -> files.put(name, () -> content));
    return made(files);
  }

  private static void put(Map<String, Supplier<byte[]>> files, String name, Figure figure) {
    files.put(name + ".png", figure::png);
    files.put(name + ".svg", figure::svg);
  }

  private static Map<String, byte[]> made(Map<String, Supplier<byte[]>> files) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    List<byte[]> made =
        new ArrayList<>(files.values()).parallelStream().map(Supplier::get).toList();
    files.keySet().forEach(name -> contents.put(name, made.get(contents.size())));
    return contents;
  }
}
