package dev.halcyon.services.aggregator;

import dev.halcyon.analysis.divergence.DivergenceMerge;
import dev.halcyon.analysis.divergence.DivergenceRollUp;
import dev.halcyon.analysis.fisher.CheckpointWarnings;
import dev.halcyon.contracts.job.FisherTask.Alone;
import dev.halcyon.contracts.job.FisherTask.Divergence;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.job.Plan.ResolvedModel;
import dev.halcyon.contracts.results.DivergenceOutcome;
import dev.halcyon.contracts.results.DivergenceOutcomes;
import dev.halcyon.contracts.results.DivergenceOutcomes.BaseFisher;
import dev.halcyon.contracts.results.DivergenceOutcomes.LayersAlone;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.FisherCalibration;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.ReferencedObjects;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Rolls up what divergence tasks found.
final class DivergenceReports {
  private final ReferencedObjects objects;

  DivergenceReports(ReferencedObjects objects) {
    this.objects = objects;
  }

  /// Empty where the plan has no divergence.
  ///
  /// @throws BadInputException where no sample counts
  Optional<DivergenceReport> of(JobPlan announced, Plan plan, DivergenceTracker tracker)
      throws IOException {
    if (announced.divergence().isEmpty()) {
      return Optional.empty();
    }
    List<DivergenceOutcomes> ranges =
        read(tracker.outcomes(announced, Divergence.WORK), DivergenceOutcomes.class);
    List<LayersAlone> alone =
        announced.divergence().orElseThrow().alone()
            ? read(tracker.outcomes(announced, Alone.WORK), LayersAlone.class)
            : List.of();
    DivergenceOutcomes merged = DivergenceMerge.of(ranges, alone);
    requireSamples(merged.fineTunes().getFirst());
    return Optional.of(report(plan, plan.divergenceTasks().getFirst(), merged));
  }

  private <T> List<T> read(List<StoredObject> stored, Class<T> type) throws IOException {
    List<T> records = new ArrayList<>();
    for (StoredObject object : stored) {
      records.add(objects.read(object, type));
    }
    return records;
  }

  private static void requireSamples(DivergenceOutcome outcome) {
    if (outcome.samples().isEmpty()) {
      throw new BadInputException(
          "no calibration sample counts: %d are too short (--min-tokens), %d have no finite divergence"
              .formatted(outcome.tooShort(), outcome.leftOut().size()));
    }
  }

  private static DivergenceReport report(Plan plan, Divergence task, DivergenceOutcomes merged) {
    Map<String, Double> shares = merged.fisher().map(BaseFisher::shares).orElse(Map.of());
    List<FineTune> fineTunes = new ArrayList<>();
    for (int i = 0; i < merged.fineTunes().size(); i++) {
      fineTunes.add(
          new DivergenceRollUp(merged.fineTunes().get(i), task.estimator(), shares)
              .report(model(plan.models().get(i + 1))));
    }
    return new DivergenceReport(
        DivergenceReport.SCHEMA,
        model(plan.models().getFirst()),
        merged.base(),
        task.estimator(),
        calibration(task, merged.fineTunes().getFirst()),
        fineTunes,
        CheckpointWarnings.of(merged.base(), "`checkpoint` in report.json"));
  }

  private static FisherCalibration calibration(Divergence task, DivergenceOutcome outcome) {
    return new FisherCalibration(
        task.calibration().source(),
        task.calibration().digest(),
        task.calibration().blank(),
        outcome.tooShort(),
        outcome.leftOut());
  }

  private static FisherReport.Model model(ResolvedModel model) {
    return new FisherReport.Model(FisherReports.name(model), model.fingerprint());
  }
}
