package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.JobPlan.FisherModel;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.FailedRendering;
import dev.halcyon.contracts.job.JobState.Measure;
import dev.halcyon.contracts.job.JobState.StageProgress;
import dev.halcyon.contracts.job.ModelArrival;
import dev.halcyon.services.aggregator.FisherModelRecord.Arrived;
import dev.halcyon.services.aggregator.FisherModelRecord.Progress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Puts together, out of a job's records, where it stands.
final class JobSnapshot {
  private static final String SIMILARITY = "similarity";
  private static final String FETCH = "fetch ";
  private static final String FISHER = "fisher ";

  private final Ledger ledger;

  JobSnapshot(Ledger ledger) {
    this.ledger = ledger;
  }

  JobState of(Job job) {
    Job.Turn turn = job.turn();
    List<RenderingRecord> renderings = ledger.renderings(job.jobId());
    return new JobState(
        job.jobId(),
        turn.status(),
        turn.attempt(),
        stages(job),
        renderings.stream().filter(RenderingRecord::ready).map(RenderingRecord::id).toList(),
        renderings.stream().flatMap(JobSnapshot::failed).toList(),
        turn.started(),
        turn.updated(),
        turn.failure());
  }

  private static Stream<FailedRendering> failed(RenderingRecord rendering) {
    return rendering.failure().stream()
        .map(failure -> new FailedRendering(rendering.id(), failure));
  }

  private List<StageProgress> stages(Job job) {
    List<StageProgress> stages = new ArrayList<>();
    if (job.total() > 0) {
      stages.add(similarity(job));
    }
    job.plan()
        .ifPresent(plan -> {
          for (String model : models(plan)) {
            fetched(model, ledger.model(job.jobId(), model)).ifPresent(stages::add);
            plan.fisher(model).flatMap(planned -> estimated(job, planned)).ifPresent(stages::add);
          }
          DivergenceTracker.works(plan)
              .forEach(work -> diverged(plan, work).ifPresent(stages::add));
        });
    return stages;
  }

  /// All models that Fisher workers read.
  private static Set<String> models(JobPlan plan) {
    Set<String> models = new LinkedHashSet<>();
    plan.divergence().ifPresent(divergence -> models.addAll(divergence.models()));
    plan.fisher().forEach(model -> models.add(model.model()));
    return models;
  }

  private static StageProgress similarity(Job job) {
    Job.Counts counts = job.counts();
    return new StageProgress(
        SIMILARITY,
        Measure.TENSORS,
        counts.tensors(),
        job.total(),
        counts.bytes(),
        job.totalBytes(),
        "");
  }

  private static Optional<StageProgress> fetched(String name, FisherModelRecord model) {
    return model
        .arrival()
        .map(Arrived::model)
        .filter(arrival -> arrival.objects() > 0)
        .map(arrival -> fetched(name, arrival));
  }

  private static StageProgress fetched(String model, ModelArrival arrival) {
    return new StageProgress(
        FETCH + model,
        Measure.OBJECTS,
        arrival.there(),
        arrival.objects(),
        arrival.bytesThere(),
        arrival.bytes(),
        "");
  }

  private Optional<StageProgress> estimated(Job job, FisherModel planned) {
    FisherModelRecord model = ledger.model(job.jobId(), planned.model());
    return computed(
        FISHER + planned.model(), planned.ranges(), model.isComplete(), model.progress());
  }

  private Optional<StageProgress> diverged(JobPlan plan, String work) {
    int ranges = plan.divergence().orElseThrow().ranges();
    FisherModelRecord record = ledger.model(plan.jobId(), work);
    return computed(work, ranges, record.tasks() >= ranges, record.progress());
  }

  /// What all ranges come to if those that have not begun are like those that have.
  private static Optional<StageProgress> computed(
      String stage, int ranges, boolean complete, Progress begun) {
    if (begun.begun() == 0) {
      return Optional.empty();
    }
    long layers = begun.layers() * ranges / begun.begun();
    long tokens = begun.tokens() * ranges / begun.begun();
    long samples = begun.samples() * ranges / begun.begun();
    return Optional.of(
        new StageProgress(
            stage,
            Measure.LAYERS,
            complete ? layers : begun.layersDone(),
            layers,
            complete ? tokens : begun.tokensDone(),
            tokens,
            samples + " samples"));
  }
}
