package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.ModelArrival;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.Plan.ResolvedModel;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.Rendering;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.ReportReady;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.SimilarityResult.Quantiles;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.services.aggregator.JobEffect.AnnounceReport;
import dev.halcyon.services.aggregator.JobEffect.DispatchTensors;
import dev.halcyon.services.aggregator.JobEffect.PublishState;
import dev.halcyon.services.aggregator.JobEffect.RemoveState;
import dev.halcyon.services.aggregator.JobEffect.StartFisherTask;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A job's messages, and what a [JobHandler] made of them.
final class HandledJob {
  static final String JOB = "job1";
  static final String A = "model.layers.0.mlp.up_proj.weight";
  static final String B = "model.embed_tokens.weight";
  static final Rendering PLAIN = new Rendering(List.of("base", "ft1"), Optional.empty());
  static final StoredObject OBJECT = new StoredObject("k", 1, "d");

  final MemoryObjectStore store = new MemoryObjectStore();
  final MemoryJobRecords records = new MemoryJobRecords();
  final List<JobState> states = new ArrayList<>();
  final List<String> removed = new ArrayList<>();
  private final List<ReportReady> reports = new ArrayList<>();
  private final List<FisherTask> tasks = new ArrayList<>();
  final List<FetchTask.Slice> slices = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final JobHandler handler;

  HandledJob() {
    this(Integer.MAX_VALUE);
  }

  /// @param tasksAtOnce of Fisher workers
  HandledJob(int tasksAtOnce) {
    this.handler =
        new JobHandler(records, store, new JobHandler.Settings("test", tasksAtOnce), () -> now);
  }

  void handle(List<JobEffect> effects) {
    for (JobEffect effect : effects) {
      switch (effect) {
        case StartFisherTask(FisherTask task) -> tasks.add(task);
        case DispatchTensors(FetchTask.Slice slice) -> slices.add(slice);
        case AnnounceReport(ReportReady report) -> reports.add(report);
        case RemoveState(String jobId) -> removed.add(jobId);
        case PublishState(JobState state, boolean _) -> states.add(state);
      }
    }
    now = now.plusSeconds(1);
  }

  /// Announces a comparison of [#A] and [#B].
  void announce(int attempt, Rendering rendering) throws IOException {
    List<PlannedTensor> tensors =
        List.of(
            new PlannedTensor(A, Shape.of(2, 2), List.of(), Optional.empty()),
            new PlannedTensor(B, Shape.of(2, 2), List.of(), Optional.empty()));
    announce(plan(tensors, List.of()), attempt, rendering);
  }

  static Plan plan(List<PlannedTensor> tensors, List<FisherTask.Range> ranges) {
    return new Plan(
        1,
        JOB,
        List.of(ranges.isEmpty() ? Analysis.SIMILARITY : Analysis.FISHER),
        List.of(),
        List.of(
            new ResolvedModel("base", "hf:org/base@c0", "org/base@c0", 2, 20, List.of()),
            new ResolvedModel("ft1", "hf:org/ft1@c0", "org/ft1@c0", 2, 20, List.of())),
        tensors,
        List.of(),
        ranges,
        List.of());
  }

  void announce(Plan plan, int attempt, Rendering rendering) throws IOException {
    handle(handler.onJobPlan(announcement(store, plan, attempt, rendering)));
  }

  /// Puts a plan; returns what announces it.
  static JobPlan announcement(MemoryObjectStore store, Plan plan, int attempt, Rendering rendering)
      throws IOException {
    return announcement(store, plan, attempt, rendering, null);
  }

  static JobPlan announcement(
      MemoryObjectStore store, Plan plan, int attempt, Rendering rendering, Long window)
      throws IOException {
    byte[] bytes = Json.bytes(plan);
    String key = StoreKeys.plan(JOB, attempt);
    store.put(key, bytes);
    return new JobPlan(
        JOB,
        attempt,
        "r",
        new StoredObject(key, bytes.length, Digest.sha256(bytes)),
        plan.tensors().size(),
        plan.tensors().size() * 20L,
        plan.fisherModels(),
        plan.divergence(),
        rendering,
        window);
  }

  /// Announces a comparison of so many tensors, `t0`, `t1`, …, of which so many are dispatched with
  /// it.
  void announce(int tensors, long window, int attempt) throws IOException {
    List<PlannedTensor> planned =
        IntStream.range(0, tensors)
            .mapToObj(i -> new PlannedTensor("t" + i, Shape.of(2, 2), List.of(), Optional.empty()))
            .toList();
    handle(
        handler.onJobPlan(announcement(store, plan(planned, List.of()), attempt, PLAIN, window)));
  }

  static TensorResult compared(String tensor, double cosine) {
    PairSimilarity pair =
        new PairSimilarity(
            "base_vs_ft1", 2, cosine, 1 - cosine, new Quantiles(1, 1, 1, 1, 1, 1, 1, 1), 0);
    SimilarityResult similarity =
        new SimilarityResult(List.of(pair), List.of(), List.of(), List.of());
    return new TensorResult(JOB, tensor, 20, similarity);
  }

  /// Lets so much time pass and removes what is older than 30 days then.
  void removeOldAfter(Duration time) {
    now = now.plus(time);
    handle(handler.removeOld(Duration.ofDays(30)));
  }

  void result(String tensor, double cosine) {
    handle(handler.onTensorResult(compared(tensor, cosine)));
  }

  void event(JobEvent event) {
    handle(handler.onJobEvent(event));
  }

  void fail(int attempt, Failure failure) {
    event(JobEvent.failed(JOB, attempt, "similarity-worker", failure));
  }

  void arrive(int attempt, String model, long there, long objects) {
    ModelArrival arrival = new ModelArrival(model, there, objects, 10 * there, 10 * objects);
    event(JobEvent.arrived(JOB, attempt, arrival, "fetcher"));
  }

  void estimated(String model, String task, boolean complete, StoredObject outcome) {
    handle(handler.onFisherResult(new FisherResult(JOB, 1, model, task, complete, outcome)));
  }

  JobState state() {
    return states.getLast();
  }

  /// The reports announced since the last call.
  List<ReportReady> reports() {
    List<ReportReady> announced = List.copyOf(reports);
    reports.clear();
    return announced;
  }

  /// The Fisher tasks started since the last call.
  List<FisherTask> tasks() {
    List<FisherTask> started = List.copyOf(tasks);
    tasks.clear();
    return started;
  }

  Report report() throws IOException {
    return Json.read(store.get(StoreKeys.report(JOB)), Report.class);
  }
}
