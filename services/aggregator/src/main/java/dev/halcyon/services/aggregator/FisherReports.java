package dev.halcyon.services.aggregator;

import dev.halcyon.analysis.fisher.FisherParameter;
import dev.halcyon.analysis.fisher.FisherPlan;
import dev.halcyon.analysis.fisher.FisherRollUp;
import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.job.Plan.ResolvedModel;
import dev.halcyon.contracts.results.FisherCalibration;
import dev.halcyon.contracts.results.FisherOutcome;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.Report.ModelFisher;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.services.common.ReferencedObjects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Rolls up what Fisher tasks found, model by model.
final class FisherReports {
  private final ReferencedObjects objects;

  FisherReports(ReferencedObjects objects) {
    this.objects = objects;
  }

  /// @param outcomes by model
  List<ModelFisher> of(Plan plan, Map<String, StoredObject> outcomes) throws IOException {
    List<ModelFisher> reports = new ArrayList<>();
    for (ResolvedModel model : plan.models()) {
      List<Range> ranges = plan.fisherTasks(model.name());
      if (!ranges.isEmpty()) {
        FisherOutcome outcome = objects.read(outcomes.get(model.name()), FisherOutcome.class);
        FisherReport report = report(model, ranges.getFirst(), outcome);
        reports.add(new ModelFisher(model.name(), report, outcome.diagonal()));
      }
    }
    return reports;
  }

  private static FisherReport report(ResolvedModel model, Range range, FisherOutcome outcome) {
    List<FisherParameter> parameters =
        outcome.tensors().stream()
            .map(tensor -> new FisherParameter(tensor.parameter(), tensor.shape()))
            .toList();
    var rollUp = new FisherRollUp(FisherPlan.of(parameters, range.chunks()), outcome.samples());
    outcome.tensors().forEach(rollUp::add);
    return rollUp.report(
        new FisherReport.Model(name(model), model.fingerprint()),
        outcome.checkpoint(),
        range.estimator(),
        new FisherCalibration(
            range.calibration().source(),
            range.calibration().digest(),
            range.calibration().blank(),
            outcome.tooShort(),
            outcome.leftOut()));
  }

  /// `org/name`, or a local model's folder without the way to it, which says nothing about the
  /// content.
  static String name(ResolvedModel model) {
    return model.onHub()
        ? model.fingerprint().replaceFirst("@.*", "")
        : String.valueOf(Path.of(model.source()).getFileName());
  }
}
