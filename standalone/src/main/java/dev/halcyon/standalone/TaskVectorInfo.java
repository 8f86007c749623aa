package dev.halcyon.standalone;

import dev.halcyon.analysis.taskvector.TaskVectorAnalysis;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.job.Plan.SkippedTensor;
import dev.halcyon.contracts.request.ModelSpec;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// Of which models a task vector is.
///
/// @param baseModel as the user named it
/// @param instructModel the fine-tune, as the user named it
/// @param device that computed
/// @param totalParameters tensors, not elements
/// @param calculationTimestamp ISO 8601, local time
/// @param elements of all tensors
/// @param baseFingerprint digest of a local folder's file sizes, times and headers, or
///   `org/name@commit`
/// @param instructFingerprint likewise
/// @param skipped tensors that have no part in it
/// @param version of Halcyon
record TaskVectorInfo(
    String baseModel,
    String instructModel,
    String device,
    long totalParameters,
    String calculationTimestamp,
    long elements,
    String baseFingerprint,
    String instructFingerprint,
    List<SkippedTensor> skipped,
    String version) {
  static final String FILE = "model_info.json";

  TaskVectorInfo {
    skipped = List.copyOf(skipped);
  }

  static TaskVectorInfo of(
      ModelSpec base, ModelSpec fineTune, Plan plan, TaskVectorAnalysis analysis) {
    return new TaskVectorInfo(
        base.model(),
        fineTune.model(),
        "cpu",
        analysis.totalParameters(),
        LocalDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MICROS).toString(),
        analysis.overallStats().elements(),
        plan.models().getFirst().fingerprint(),
        plan.models().getLast().fingerprint(),
        plan.skipped(),
        Version.current());
  }
}
