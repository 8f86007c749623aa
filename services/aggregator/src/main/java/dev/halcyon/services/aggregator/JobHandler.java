package dev.halcyon.services.aggregator;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.FetchTask.Slice;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobEvent.Accepted;
import dev.halcyon.contracts.job.JobEvent.Arrived;
import dev.halcyon.contracts.job.JobEvent.Failed;
import dev.halcyon.contracts.job.JobEvent.Progressed;
import dev.halcyon.contracts.job.JobEvent.Rendered;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.Status;
import dev.halcyon.contracts.request.Rendering;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.contracts.results.ReportReady;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.aggregator.JobEffect.AnnounceReport;
import dev.halcyon.services.aggregator.JobEffect.DispatchTensors;
import dev.halcyon.services.aggregator.JobEffect.PublishState;
import dev.halcyon.services.aggregator.JobEffect.RemoveState;
import dev.halcyon.services.aggregator.JobEffect.StartFisherTask;
import dev.halcyon.services.common.Failures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Counts each job's results against its plan, and puts the report when the last one is there: each
/// message turns the records into the next ones and has effects.
///
/// Results are kept by tensor and by task, so what was computed twice counts once. Putting the
/// report is no part of what the records' transaction holds and is done again after a crash, which
/// a conditional put makes harmless. One thread at a time may call it for the records of a job.
public final class JobHandler {
  private static final Logger LOG = Logger.getLogger(JobHandler.class);

  /// Messages wait for a removal, and the broker must not take their reader for dead.
  private static final Duration LONGEST_REMOVAL = Duration.ofSeconds(30);

  private final Ledger ledger;
  private final EngineTracker engine;
  private final JobSnapshot snapshot;
  private final Reports reports;
  private final OldJobs oldJobs;
  private final InstantSource clock;
  private final WaitingTasks waiting;

  /// What is the same for all jobs.
  ///
  /// @param version of Halcyon, for the reports
  /// @param tasksAtOnce tasks of Fisher workers that are started together; each of the others waits
  ///   for the end of one
  public record Settings(String version, int tasksAtOnce) {}

  /// @param records that it reads and writes
  /// @param store of plans, outcomes and reports
  /// @param clock that says when a message came
  public JobHandler(JobRecords records, ObjectStore store, Settings settings, InstantSource clock) {
    requireNonNull(records, "records is null");
    this.ledger = new Ledger(records);
    this.engine = new EngineTracker(ledger);
    this.snapshot = new JobSnapshot(ledger);
    this.waiting = new WaitingTasks(ledger, settings.tasksAtOnce());
    this.reports = new Reports(store, new ReportAssembler(settings.version()));
    this.oldJobs = new OldJobs(store);
    this.clock = requireNonNull(clock, "clock is null");
  }

  /// A job that is to run, or another request for one that ran.
  public List<JobEffect> onJobPlan(JobPlan plan) {
    List<JobEffect> effects = new ArrayList<>();
    Rendering rendering = plan.rendering();
    ledger.put(plan.jobId(), ledger.rendering(plan.jobId(), rendering.id()).asked(rendering));
    Job job = job(plan.jobId()).announced(plan, now());
    if (job.isReported() || reports.exists(plan.jobId())) {
      report(job, List.of(rendering), effects);
    } else {
      if (!job.isComplete()) {
        job.turn().failure().ifPresent(failure -> mark(job.jobId(), job.attempt(), failure));
      }
      proceed(job, true, effects);
    }
    return effects;
  }

  /// A tensor that was compared.
  public List<JobEffect> onTensorResult(TensorResult result) {
    List<JobEffect> effects = new ArrayList<>();
    Job job = job(result.jobId());
    if (!job.isReported() && ledger.add(result)) {
      finishOrSave(job.compared(result.bytes(), now()), false, effects);
    }
    return effects;
  }

  /// A Fisher task that is done.
  public List<JobEffect> onFisherResult(FisherResult result) {
    List<JobEffect> effects = new ArrayList<>();
    Job job = job(result.jobId());
    if (job.isReported() || !isPlanned(job, result.model())) {
      return effects;
    }
    engine
        .add(job.plan().orElseThrow(), result)
        .ifPresent(added -> {
          added.merge().ifPresent(merge -> effects.add(new StartFisherTask(merge)));
          waiting.next(job.jobId()).ifPresent(task -> effects.add(new StartFisherTask(task)));
          proceed(added.complete() ? job.computed(now()) : job.updated(now()), false, effects);
        });
    return effects;
  }

  private static boolean isPlanned(Job job, String model) {
    return job.plan().filter(plan -> EngineTracker.isPlanned(plan, model)).isPresent();
  }

  /// Something that happened to a job.
  public List<JobEffect> onJobEvent(JobEvent event) {
    List<JobEffect> effects = new ArrayList<>();
    switch (event) {
      case Accepted accepted ->
          LOG.debugf("request %s is attempt %d", accepted.requestId(), accepted.attempt());
      case Arrived arrived -> onArrived(arrived, effects);
      case Progressed progressed -> onProgressed(progressed, effects);
      case Rendered rendered -> onRendered(rendered, effects);
      case Failed failed -> onFailed(failed, effects);
    }
    return effects;
  }

  /// Where every job stands.
  public List<JobState> states() {
    return ledger.jobs().stream().map(snapshot::of).toList();
  }

  /// Removes the jobs that nothing was heard of for so long, as many as there is time for.
  public List<JobEffect> removeOld(Duration age) {
    List<JobEffect> effects = new ArrayList<>();
    Instant end = now().plus(LONGEST_REMOVAL);
    Instant before = now().minus(age);
    for (Job job : ledger.jobs()) {
      if (job.turn().updated().isBefore(before) && now().isBefore(end) && remove(job, before)) {
        ledger.forget(job.jobId());
        effects.add(new RemoveState(job.jobId()));
      }
    }
    return effects;
  }

  /// A store that fails now is asked again the next time.
  private boolean remove(Job job, Instant before) {
    try {
      return job.plan().isEmpty() || oldJobs.remove(job.jobId(), before);
    } catch (IOException e) {
      LOG.warnf("job %s is expired, but cannot be deleted: %s", job.jobId(), e.getMessage());
      return false;
    }
  }

  private void onArrived(Arrived event, List<JobEffect> effects) {
    Job job = job(event.jobId());
    if (!job.isReported() && engine.arrived(event.jobId(), event.attempt(), event.arrival())) {
      proceed(job.updated(now()), false, effects);
    }
  }

  private void onProgressed(Progressed event, List<JobEffect> effects) {
    Job job = job(event.jobId());
    if (job.status() == Status.RUNNING
        && event.attempt() == job.attempt()
        && isPlanned(job, event.progress().model())) {
      engine.progressed(event.jobId(), event.attempt(), event.progress());
      save(job.updated(now()), false, effects);
    }
  }

  private void onRendered(Rendered event, List<JobEffect> effects) {
    ledger.put(event.jobId(), ledger.rendering(event.jobId(), event.renderingId()).drawn());
    save(job(event.jobId()).rendered(now()), true, effects);
  }

  /// A job that has its report cannot fail any more, only one of its renderings can.
  private void onFailed(Failed event, List<JobEffect> effects) {
    Job job = job(event.jobId());
    if (event.renderingId().isPresent()) {
      notRendered(job, event.renderingId().orElseThrow(), event.failure(), effects);
    } else if (!job.isReported() && event.attempt() >= job.attempt()) {
      fail(job, event.attempt(), event.failure(), effects);
    }
  }

  private void notRendered(Job job, String renderingId, Failure failure, List<JobEffect> effects) {
    RenderingRecord rendering = ledger.rendering(job.jobId(), renderingId);
    if (!rendering.ready()) {
      ledger.put(job.jobId(), rendering.failed(failure));
    }
    boolean anyReady = ledger.renderings(job.jobId()).stream().anyMatch(RenderingRecord::ready);
    save(anyReady ? job.rendered(now()) : job.updated(now()), true, effects);
  }

  /// Starts what may start, and puts the report if nothing is left to do.
  ///
  /// @param turned whether the job's state is published at once
  private void proceed(Job job, boolean turned, List<JobEffect> effects) {
    try {
      startTasks(job, effects);
    } catch (RuntimeException e) {
      effects.clear();
      fail(job, job.attempt(), Failures.logged(LOG, e), effects);
      return;
    }
    finishOrSave(job, turned, effects);
  }

  /// Starts the tasks of Fisher workers that can start, once for each attempt.
  private void startTasks(Job job, List<JobEffect> effects) {
    if (job.plan().isEmpty() || job.status() != Status.RUNNING) {
      return;
    }
    JobPlan announced = job.plan().orElseThrow();
    if (engine.isStartable(announced)) {
      waiting
          .start(job.jobId(), engine.start(announced, reports.plan(announced)))
          .forEach(task -> effects.add(new StartFisherTask(task)));
    }
  }

  private void finishOrSave(Job job, boolean turned, List<JobEffect> effects) {
    if (job.isComplete()) {
      report(job, renderings(job.jobId()), effects);
    } else {
      save(release(job, effects), turned, effects);
    }
  }

  private static Job release(Job job, List<JobEffect> effects) {
    Optional<Slice> next = job.next();
    next.ifPresent(slice -> effects.add(new DispatchTensors(slice)));
    return next.map(job::released).orElse(job);
  }

  private List<Rendering> renderings(String jobId) {
    return ledger.renderings(jobId).stream()
        .flatMap(record -> record.rendering().stream())
        .toList();
  }

  private void report(Job job, List<Rendering> renderings, List<JobEffect> effects) {
    String digest;
    try {
      digest = reports.put(job, ledger.tensors(job.jobId()), engine, now());
    } catch (RuntimeException e) {
      fail(job, job.attempt(), Failures.logged(LOG, e), effects);
      return;
    }
    save(job.reported(digest, now()), true, effects);
    for (Rendering rendering : renderings) {
      effects.add(
          new AnnounceReport(
              new ReportReady(
                  job.jobId(), job.attempt(), StoreKeys.report(job.jobId()), digest, rendering)));
    }
    ledger.forgetParts(job.jobId());
  }

  private void fail(Job job, int attempt, Failure failure, List<JobEffect> effects) {
    if (job.plan().isPresent()) {
      mark(job.jobId(), attempt, failure);
    }
    ledger.forgetWaiting(job.jobId());
    save(job.failed(attempt, failure, now()), true, effects);
  }

  /// Marks the attempt, so that the next request begins another. Where the store is what has failed
  /// the job may take no mark either: the next request then takes the same attempt up again, or has
  /// it marked.
  private void mark(String jobId, int attempt, Failure failure) {
    try {
      reports.markFailed(jobId, attempt, failure);
    } catch (UncheckedIOException e) {
      LOG.warnf("attempt %d is not marked as failed: %s", attempt, e.getMessage());
    }
  }

  private void save(Job job, boolean turned, List<JobEffect> effects) {
    ledger.put(job);
    effects.add(new PublishState(snapshot.of(job), turned));
  }

  private Job job(String jobId) {
    return ledger.job(jobId).orElseGet(() -> Job.unplanned(jobId, now()));
  }

  private Instant now() {
    return clock.instant();
  }
}
