package dev.halcyon.standalone;

import dev.halcyon.analysis.comparison.AnalysisFiles;
import dev.halcyon.analysis.taskvector.TaskVectorAnalysis;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.Model;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What `analyze` writes beside the files of its job.
///
/// @param base as the user named it
/// @param fineTunes as the user named them
/// @param device that computed
record AnalysisResults(String base, List<String> fineTunes, String device) {
  /// File contents by name.
  Map<String, byte[]> of(Report report) {
    DivergenceReport divergence = report.divergence().orElseThrow();
    AnalysisFiles files = new AnalysisFiles(report, divergence);
    Map<String, byte[]> contents = new LinkedHashMap<>(files.files());
    for (int i = 0; i < fineTunes.size(); i++) {
      String name = divergence.fineTunes().get(i).name();
      contents.put(
          files.folder(name) + TaskVectorInfo.FILE,
          Json.prettyBytes(info(report, i, files.taskVector(name))));
    }
    return contents;
  }

  private TaskVectorInfo info(Report report, int fineTune, TaskVectorAnalysis analysis) {
    Model model = report.models().get(fineTune + 1);
    return new TaskVectorInfo(
        base,
        fineTunes.get(fineTune),
        device,
        analysis.totalParameters(),
        LocalDateTime.ofInstant(report.run().finished(), ZoneId.systemDefault())
            .truncatedTo(ChronoUnit.MICROS)
            .toString(),
        analysis.overallStats().elements(),
        report.models().getFirst().fingerprint(),
        model.fingerprint(),
        report.skipped().stream().filter(skip -> skip.models().contains(model.name())).toList(),
        report.run().version());
  }
}
