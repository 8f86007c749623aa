package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.JobPlan;
import dev.halcyon.contracts.JobPlan.FisherModel;
import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.JobState.FailedRendering;
import dev.halcyon.contracts.JobState.Measure;
import dev.halcyon.contracts.JobState.StageProgress;
import dev.halcyon.contracts.ModelArrival;
import dev.halcyon.services.aggregator.FisherModelRecord.Arrived;
import dev.halcyon.services.aggregator.FisherModelRecord.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    for (FisherModel planned : job.plan().map(JobPlan::fisher).orElse(List.of())) {
      FisherModelRecord model = ledger.model(job.jobId(), planned.model());
      fetched(planned, model).ifPresent(stages::add);
      estimated(planned, model).ifPresent(stages::add);
    }
    return stages;
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

  private static Optional<StageProgress> fetched(FisherModel planned, FisherModelRecord model) {
    return model
        .arrival()
        .map(Arrived::model)
        .filter(arrival -> arrival.objects() > 0)
        .map(arrival -> fetched(planned, arrival));
  }

  private static StageProgress fetched(FisherModel planned, ModelArrival arrival) {
    return new StageProgress(
        FETCH + planned.model(),
        Measure.OBJECTS,
        arrival.there(),
        arrival.objects(),
        arrival.bytesThere(),
        arrival.bytes(),
        "");
  }

  /// What all ranges come to if those that have not begun are like those that have.
  private static Optional<StageProgress> estimated(FisherModel planned, FisherModelRecord model) {
    Progress begun = model.progress();
    if (begun.begun() == 0) {
      return Optional.empty();
    }
    long layers = begun.layers() * planned.ranges() / begun.begun();
    long tokens = begun.tokens() * planned.ranges() / begun.begun();
    long samples = begun.samples() * planned.ranges() / begun.begun();
    return Optional.of(
        new StageProgress(
            FISHER + planned.model(),
            Measure.LAYERS,
            model.isComplete() ? layers : begun.layersDone(),
            layers,
            model.isComplete() ? tokens : begun.tokensDone(),
            tokens,
            samples + " samples"));
  }
}
