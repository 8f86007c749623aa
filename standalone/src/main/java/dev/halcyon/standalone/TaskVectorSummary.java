package dev.halcyon.standalone;

import com.google.errorprone.annotations.FormatMethod;
import dev.halcyon.analysis.taskvector.SparseTaskVector.Contents;
import dev.halcyon.analysis.taskvector.TaskVectorAnalysis;
import dev.halcyon.analysis.taskvector.TaskVectorAnalysis.OverallStats;
import dev.halcyon.contracts.job.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A task vector in brief, for a terminal.
///
/// @param analysis of it
/// @param plan that says what has no part in it
/// @param sparse what a sparse one holds
record TaskVectorSummary(TaskVectorAnalysis analysis, Plan plan, Optional<Sparse> sparse) {
  private static final int MOST_CHANGED = 10;
  private static final int LAYERS = 40;
  private static final int SKIPS = 5;

  /// @param contents of the file
  /// @param bytes of the file
  /// @param whole bytes of the fine-tune
  record Sparse(Contents contents, long bytes, long whole) {}

  TaskVectorSummary with(Contents contents, long bytes, long whole) {
    return new TaskVectorSummary(analysis, plan, Optional.of(new Sparse(contents, bytes, whole)));
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    OverallStats overall = analysis.overallStats();
    lines.add("");
    lines.add(
        format(
            "Task vector of %d tensors, %d elements: norm %.6g; a tensor's norm %.4g on average,"
                + " from %.4g to %.4g.",
            analysis.totalParameters(),
            overall.elements(),
            overall.norm(),
            overall.meanNorm(),
            overall.minNorm(),
            overall.maxNorm()));
    lines.add("");
    lines.addAll(layers());
    lines.add("");
    lines.addAll(mostChanged());
    sparse.ifPresent(found -> lines.addAll(stored(found)));
    lines.addAll(skipped());
    return lines;
  }

  private List<String> layers() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("layer", "norm", "largest tensor's", "tensors"));
    analysis.layerStats().entrySet().stream()
        .limit(LAYERS)
        .forEach(layer ->
            rows.add(
                List.of(
                    layer.getKey(),
                    format("%.4g", layer.getValue().norm()),
                    format("%.4g", layer.getValue().maxNorm()),
                    "" + layer.getValue().parameterCount())));
    List<String> lines = new ArrayList<>(TextColumns.of(rows));
    if (analysis.layerStats().size() > LAYERS) {
      lines.add(
          format(
              "… of %d layers; %s has all", analysis.layerStats().size(), TaskVectorAnalysis.FILE));
    }
    return lines;
  }

  private List<String> mostChanged() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("most changed", "norm", "relative change"));
    analysis.parameterStats().entrySet().stream()
        .sorted(Comparator.comparingDouble(parameter -> -parameter.getValue().norm()))
        .limit(MOST_CHANGED)
        .map(TaskVectorSummary::row)
        .forEach(rows::add);
    return TextColumns.of(rows);
  }

  private static List<String> row(Map.Entry<String, TaskVectorAnalysis.ParameterStats> parameter) {
    return List.of(
        parameter.getKey(),
        format("%.4g", parameter.getValue().norm()),
        format("%.3g", parameter.getValue().relativeChange()));
  }

  private static List<String> stored(Sparse sparse) {
    Contents contents = sparse.contents();
    return List.of(
        "",
        format(
            "%d tensors are the base's, %d are stored by their %d elements that differ, %d whole:"
                + " %s for a model of %s.",
            contents.same(),
            contents.sparse(),
            contents.changed(),
            contents.whole(),
            Bytes.text(sparse.bytes()),
            Bytes.text(sparse.whole())));
  }

  private List<String> skipped() {
    if (plan.skipped().isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        format(
            "%d tensors are not included in the numbers; %s lists them:",
            plan.skipped().size(), TaskVectorInfo.FILE));
    plan.skipped().stream()
        .limit(SKIPS)
        .forEach(skip -> lines.add("  " + skip.tensor() + ": " + skip.detail()));
    return lines;
  }

  @FormatMethod
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
