package dev.halcyon.services.plotter;

import dev.halcyon.analysis.files.DivergenceFiles;
import dev.halcyon.analysis.files.SimilarityCsv;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.Rendering;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.plots.Chart;
import dev.halcyon.plots.figure.Figure;
import dev.halcyon.plots.figure.FigureTooLargeException;
import dev.halcyon.report.ReportContent;
import dev.halcyon.report.ReportPage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// The files a user gets for a report.
///
/// @param contents by name, in the order they are listed
/// @param notes what a user must know about them
record ResultFiles(Map<String, byte[]> contents, List<String> notes) {
  private static final String PNG = ".png";

  /// Figures are drawn side by side.
  ///
  /// @param json the report as the store has it, which is a result itself
  static ResultFiles of(Report report, byte[] json, Rendering rendering) {
    Map<String, Supplier<byte[]>> files = new LinkedHashMap<>();
    List<String> notes = new ArrayList<>();
    files.put("report.html", () -> ReportPage.of(new ReportContent(report, rendering.labels())));
    files.put("report.json", () -> json);
    if (report.request().analyses().contains(Analysis.SIMILARITY)) {
      files.put("similarity_results.csv", () -> SimilarityCsv.of(report));
      SimilarityFigures figures = new SimilarityFigures(report, rendering);
      put(files, notes, "similarity_heatmaps", figures.heatmaps());
      put(files, notes, "similarity_lineplot", figures.lines());
    }
    FisherResults.of(report, rendering).forEach((name, content) -> files.put(name, () -> content));
    report.divergence().ifPresent(divergence -> put(files, notes, divergence, rendering));
    return new ResultFiles(made(files), notes);
  }

  private static void put(
      Map<String, Supplier<byte[]>> files,
      List<String> notes,
      DivergenceReport divergence,
      Rendering rendering) {
    DivergenceFiles.of(divergence).forEach((name, content) -> files.put(name, () -> content));
    DivergenceFigures figures = DivergenceFigures.of(divergence, rendering);
    put(files, notes, "divergence", figures.divergence());
    if (figures.hasImportance()) {
      put(files, notes, "importance_change", figures.importance());
    }
  }

  /// Numbers are worth having without a figure that has too many parts.
  private static void put(
      Map<String, Supplier<byte[]>> files, List<String> notes, String name, Chart chart) {
    try {
      Figure figure = chart.figure();
      files.put(name + PNG, figure::png);
      files.put(name + ".svg", figure::svg);
    } catch (FigureTooLargeException e) {
      notes.add("%s is omitted: %s".formatted(name, e.getMessage()));
    }
  }

  /// Pixels take longest, so they come first: a free thread takes the next file, whichever part of
  /// the list a stream gave it.
  private static Map<String, byte[]> made(Map<String, Supplier<byte[]>> files) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    Map<String, byte[]> made = new ConcurrentHashMap<>();
    List<Map.Entry<String, Supplier<byte[]>>> pending = new ArrayList<>(files.entrySet());
    pending.sort(Comparator.comparing(file -> !file.getKey().endsWith(PNG)));
    AtomicInteger next = new AtomicInteger();
    pending.parallelStream()
        .forEach(_ -> {
          Map.Entry<String, Supplier<byte[]>> file = pending.get(next.getAndIncrement());
          made.put(file.getKey(), file.getValue().get());
        });
    files.keySet().forEach(name -> contents.put(name, made.get(name)));
    return contents;
  }
}
