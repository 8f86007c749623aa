package dev.halcyon.services.aggregator;

import dev.halcyon.analysis.fisher.FisherParameter;
import dev.halcyon.analysis.fisher.FisherPlan;
import dev.halcyon.analysis.fisher.FisherRollUp;
import dev.halcyon.contracts.Digest;
import dev.halcyon.contracts.FisherCalibration;
import dev.halcyon.contracts.FisherOutcome;
import dev.halcyon.contracts.FisherReport;
import dev.halcyon.contracts.FisherResult;
import dev.halcyon.contracts.FisherTask.Range;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.Plan;
import dev.halcyon.contracts.Plan.ResolvedModel;
import dev.halcyon.contracts.Report.ModelFisher;
import dev.halcyon.contracts.StoredObject;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Rolls up what Fisher tasks found, model by model.
final class FisherReports {
  private final ObjectStore store;

  FisherReports(ObjectStore store) {
    this.store = store;
  }

  List<ModelFisher> of(Plan plan, FisherAccount account) throws IOException {
    List<ModelFisher> reports = new ArrayList<>();
    for (ResolvedModel model : plan.models()) {
      List<Range> ranges =
          plan.fisherTasks().stream().filter(task -> task.model().equals(model.name())).toList();
      if (!ranges.isEmpty()) {
        FisherResult result = account.complete(model.name()).orElseThrow();
        FisherOutcome outcome = read(result.outcome());
        FisherReport report = report(model, ranges.getFirst(), outcome);
        reports.add(new ModelFisher(model.name(), report, outcome.diagonal()));
      }
    }
    return reports;
  }

  private static FisherReport report(ResolvedModel model, Range range, FisherOutcome outcome) {
    List<FisherParameter> parameters =
        outcome.tensors().stream()
            .map(tensor -> new FisherParameter(tensor.parameter(), new Shape(tensor.shape())))
            .toList();
    var rollUp = new FisherRollUp(FisherPlan.of(parameters, range.chunks()), outcome.samples());
    outcome.tensors().forEach(rollUp::add);
    return rollUp.report(
        new FisherReport.Model(name(model), model.fingerprint()),
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
  private static String name(ResolvedModel model) {
    return model.onHub()
        ? model.fingerprint().replaceFirst("@.*", "")
        : String.valueOf(Path.of(model.source()).getFileName());
  }

  private FisherOutcome read(StoredObject object) throws IOException {
    byte[] content = store.get(object.key());
    String digest = Digest.sha256(content);
    if (!digest.equals(object.sha256())) {
      throw new EnvironmentException(
          "%s has SHA-256 %s, announced was %s: the store's object was changed"
              .formatted(object.key(), digest, object.sha256()));
    }
    return Json.read(content, FisherOutcome.class);
  }
}
