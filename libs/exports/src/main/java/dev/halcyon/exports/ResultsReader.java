package dev.halcyon.exports;

import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads `report.json` of a folder of results, whichever command wrote it.
public final class ResultsReader {
  private static final String REPORT = "report.json";

  private ResultsReader() {}

  /// The sections of `report.json` that files are made of.
  private record Sections(
      Optional<List<Report.Model>> models,
      Optional<List<Report.TensorRow>> results,
      Optional<List<Report.ModelFisher>> fisher,
      Optional<DivergenceReport> divergence,
      Optional<Report.Run> run) {}

  /// What a folder holds.
  ///
  /// @throws ExportException where the folder holds no report, or one that is damaged
  /// @throws IOException where the report cannot be read
  public static Results read(Path folder) throws IOException {
    Path report = folder.resolve(REPORT);
    if (!Files.isRegularFile(report)) {
      throw new ExportException(
          "%s holds no %s: give the output folder of compare, fisher, divergence or analyze"
              .formatted(folder, REPORT));
    }
    try {
      return results(folder, Json.read(Files.readAllBytes(report), Sections.class));
    } catch (InvalidMessageException e) {
      throw new ExportException("%s: %s".formatted(report, e.getMessage()), e);
    }
  }

  private static Results results(Path folder, Sections sections) {
    return new Results(
        folder,
        models(sections),
        sections.results().orElse(List.of()),
        sections.fisher().orElse(List.of()),
        sections.divergence());
  }

  private static List<ResultModel> models(Sections sections) {
    return sections
        .models()
        .map(models -> models(models, sections.run()))
        .or(() -> sections.divergence().map(ResultsReader::models))
        .orElse(List.of());
  }

  private static List<ResultModel> models(List<Report.Model> models, Optional<Report.Run> run) {
    return models.stream()
        .map(model ->
            new ResultModel(
                model.name(),
                run.map(one -> one.paths().get(model.name())).orElse(model.name()),
                model.fingerprint()))
        .toList();
  }

  private static List<ResultModel> models(DivergenceReport report) {
    List<ResultModel> models = new ArrayList<>();
    models.add(new ResultModel(ModelName.BASE, report.base().name(), report.base().digest()));
    for (FineTune tuned : report.fineTunes()) {
      models.add(new ResultModel(tuned.name(), tuned.model().name(), tuned.model().digest()));
    }
    return models;
  }
}
