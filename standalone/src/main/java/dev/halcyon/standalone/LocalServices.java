package dev.halcyon.standalone;

import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.results.ReportReady;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.aggregator.JobEffect;
import dev.halcyon.services.aggregator.JobHandler;
import dev.halcyon.services.aggregator.MemoryJobRecords;
import dev.halcyon.services.common.AttemptEndedException;
import dev.halcyon.services.common.Failures;
import dev.halcyon.services.common.JobContext;
import dev.halcyon.services.common.Transient;
import dev.halcyon.services.fetcher.Announcements;
import dev.halcyon.services.fetcher.Fetcher;
import dev.halcyon.services.fisher.FisherWorker;
import dev.halcyon.services.plotter.Plotter;
import dev.halcyon.services.similarity.SimilarityWorker;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// The services' handlers over queues in this JVM, for one request.
///
/// ```
/// request ─> fetcher ─> fetches ─> fetcher ─> tensors ─> similarity worker ─┐
///               └─────────────────> aggregator <────────────────────────────┤
///                                    │      └─> Fisher tasks ─> Fisher worker
///                                    └─> reports ─> plotter
/// ```
///
/// Each stage takes as many messages at a time as the service does, tries again what may pass as
/// its listener does, and makes what fails for good the same event.
final class LocalServices implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LocalServices.class);
  private static final int FETCHES = 8;
  private static final int COMPARISONS = 4;

  private final JobFollower follower;
  private final Fetcher fetcher;
  private final SimilarityWorker similarity;
  private final Supplier<FisherWorker> newFisher;
  private final Plotter plotter;
  private final JobHandler jobs;
  private final Stage<Request> requests;
  private final Stage<FetchTask> fetches;
  private final Stage<TensorReady> tensors;
  private final Stage<FisherTask> fisherTasks;
  private final Stage<Callable<List<JobEffect>>> counts;
  private final Stage<ReportReady> reports;

  /// Made by the one thread that uses it, at the first task: a comparison needs no engine.
  private FisherWorker fisher;

  /// What a command gives its services.
  ///
  /// @param store that all share
  /// @param roots folders below which the request may name models
  /// @param temporary folder of files that are not needed once the job is done
  /// @param settings of the services
  record Surroundings(ObjectStore store, List<Path> roots, Path temporary, LocalSettings settings) {
    Surroundings {
      roots = List.copyOf(roots);
    }
  }

  private record Request(String id, CompareRequest content) {}

  /// What a message is about: what fails, if its work does.
  ///
  /// @param rendering that fails then, where it is not the job
  private record Subject(
      String service, String jobId, int attempt, String what, Optional<String> rendering) {
    private Subject(String service, String jobId, int attempt, String what) {
      this(service, jobId, attempt, what, Optional.empty());
    }

    private JobEvent failed(Failure failure) {
      return new JobEvent.Failed(jobId, Optional.empty(), attempt, rendering, service, failure);
    }
  }

  private LocalServices(Surroundings given, JobFollower follower) {
    ObjectStore store = given.store();
    LocalSettings settings = given.settings();
    FisherWorker.Settings computing = settings.fisher(given.temporary());
    this.follower = follower;
    this.fetcher = new Fetcher(store, settings.fetcher(given.roots()), new Queues());
    this.similarity = new SimilarityWorker(store, settings.similarity());
    this.newFisher = () -> new FisherWorker(store, computing);
    this.plotter = new Plotter(store);
    this.jobs =
        new JobHandler(
            new MemoryJobRecords(),
            store,
            new JobHandler.Settings(Version.current(), Integer.MAX_VALUE),
            InstantSource.system());
    this.requests = new Stage<>("fetcher", 1, this::plan);
    this.fetches = new Stage<>("fetch", FETCHES, this::fetch);
    this.tensors = new Stage<>("similarity", COMPARISONS, this::compare);
    this.fisherTasks = new Stage<>("fisher", 1, this::compute);
    this.counts = new Stage<>("aggregator", 1, this::count);
    this.reports = new Stage<>("plotter", 1, this::draw);
  }

  /// Has a request's job done; returns when it is.
  ///
  /// @param progress receives each new state of the job
  static JobOutcome run(Surroundings given, CompareRequest request, Consumer<JobState> progress) {
    Request first = new Request(UUID.randomUUID().toString(), request);
    JobFollower follower = new JobFollower(first.id(), progress);
    try (LocalServices services = new LocalServices(given, follower)) {
      services.requests.add(first);
      return follower.outcome().join();
    }
  }

  private void plan(Request request) {
    try (JobContext _ = JobContext.of(request.id())) {
      byte[] json = Json.bytes(request.content());
      Transient.retry(() -> {
        fetcher.plan(request.id(), json);
        return request;
      });
    } catch (Throwable e) {
      tell(JobEvent.rejected(request.id(), Fetcher.SERVICE, Failures.logged(LOG, e)));
    }
  }

  private void fetch(FetchTask task) {
    work(
        new Subject(Fetcher.SERVICE, task.jobId(), task.attempt(), task.subject()),
        () -> fetcher.fetch(task),
        _ -> {});
  }

  private void compare(TensorReady ready) {
    work(
        new Subject(
            SimilarityWorker.SERVICE, ready.jobId(), ready.attempt(), ready.tensor().tensor()),
        () -> similarity.compare(ready),
        result -> counts.add(() -> jobs.onTensorResult(result)));
  }

  private void compute(FisherTask task) {
    work(
        new Subject(FisherWorker.SERVICE, task.jobId(), task.attempt(), task.model()),
        () -> fisher().compute(task, progress -> tell(progressed(task, progress))),
        result -> counts.add(() -> jobs.onFisherResult(result)));
  }

  private FisherWorker fisher() {
    if (fisher == null) {
      fisher = newFisher.get();
    }
    return fisher;
  }

  private static JobEvent progressed(FisherTask task, FisherProgress progress) {
    return JobEvent.progressed(task.jobId(), task.attempt(), progress, FisherWorker.SERVICE);
  }

  private void draw(ReportReady ready) {
    work(
        new Subject(
            Plotter.SERVICE,
            ready.jobId(),
            ready.attempt(),
            "",
            Optional.of(ready.rendering().id())),
        () -> plotter.draw(ready),
        id -> tell(JobEvent.rendered(ready.jobId(), ready.attempt(), id, Plotter.SERVICE)));
  }

  private <R> void work(Subject of, Callable<R> handler, Consumer<R> done) {
    try (JobContext _ = JobContext.of(of.jobId()).attempt(of.attempt()).tensor(of.what())) {
      done.accept(Transient.retry(handler));
    } catch (AttemptEndedException e) {
      LOG.debug(e.getMessage());
    } catch (Throwable e) {
      tell(of.failed(Failures.logged(LOG, e)));
    }
  }

  private void tell(JobEvent event) {
    follower.take(event);
    counts.add(() -> jobs.onJobEvent(event));
  }

  private void count(Callable<List<JobEffect>> message) {
    try {
      message.call().forEach(this::apply);
    } catch (Throwable e) {
      follower.take(e);
    }
  }

  private void apply(JobEffect effect) {
    switch (effect) {
      case JobEffect.StartFisherTask(FisherTask task) -> fisherTasks.add(task);
      case JobEffect.DispatchTensors(FetchTask.Slice slice) -> fetches.add(slice);
      case JobEffect.AnnounceReport(ReportReady report) -> reports.add(report);
      case JobEffect.PublishState(JobState state, _) -> follower.take(state);
      case JobEffect.RemoveState _ -> {}
    }
  }

  @Override
  public void close() {
    List.of(requests, fetches, tensors, fisherTasks, counts, reports).forEach(Stage::close);
    similarity.close();
    fetcher.close();
  }

  /// Where the fetcher's messages go.
  private final class Queues implements Announcements {
    private static final CompletableFuture<Void> DELIVERED =
        CompletableFuture.completedFuture(null);

    @Override
    public CompletableFuture<Void> plan(JobPlan plan) {
      counts.add(() -> jobs.onJobPlan(plan));
      return DELIVERED;
    }

    @Override
    public CompletableFuture<Void> fetch(FetchTask.Download task) {
      fetches.add(task);
      return DELIVERED;
    }

    @Override
    public CompletableFuture<Void> tensor(TensorReady tensor) {
      tensors.add(tensor);
      return DELIVERED;
    }

    @Override
    public CompletableFuture<Void> event(JobEvent event) {
      tell(event);
      return DELIVERED;
    }
  }
}
