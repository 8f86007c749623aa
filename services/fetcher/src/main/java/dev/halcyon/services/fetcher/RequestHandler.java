package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CancelRequest;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.contracts.request.UserRequest;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Turns a compare request into a job: plans it, puts the plan, announces it, and has its tensors
/// and models announced or fetched.
///
/// Everything it does may be done again: the plan is the same bytes, and the others count a tensor
/// once. A job that was dispatched whole, or that has its report, is only announced, so that the
/// new request gets its results; one that failed runs again as the next attempt. Several requests
/// are handled at once, those for the same job one after the other.
final class RequestHandler {
  static final String SERVICE = "fetcher";

  private final ObjectStore store;
  private final ModelReader reader;
  private final Announcements announcements;
  private final EnginePlanner engine;
  private final Dispatch dispatch;
  private final OneAtATime jobs = new OneAtATime();

  RequestHandler(
      ObjectStore store,
      ModelReader reader,
      EnginePlanner engine,
      Announcements announcements,
      Dispatch dispatch) {
    this.store = store;
    this.reader = reader;
    this.engine = engine;
    this.announcements = announcements;
    this.dispatch = dispatch;
  }

  void handle(String requestId, byte[] json) throws IOException {
    switch (UserRequest.read(json)) {
      case CompareRequest request -> compare(requestId, request);
      case CancelRequest request -> cancel(requestId, request.cancel());
    }
  }

  /// Marks the attempt that runs as one that failed, so that none of its work begins any more and
  /// the next request for the job runs as the next attempt.
  private void cancel(String requestId, String jobId) throws IOException {
    int attempt = attempt(jobId);
    if (store.find(StoreKeys.report(jobId)).isPresent()) {
      throw new BadInputException("job %s is done: it cannot be cancelled".formatted(jobId));
    }
    if (store.find(StoreKeys.plan(jobId, attempt)).isEmpty()) {
      throw new BadInputException(
          "job %s is not running: it is unknown, or has failed or been cancelled".formatted(jobId));
    }
    Failure cancelled = new Failure(Failure.Cause.CANCELLED, "cancelled by request " + requestId);
    store.putIfAbsent(StoreKeys.failed(jobId, attempt), Json.bytes(cancelled));
    announcements.event(JobEvent.failed(jobId, attempt, SERVICE, cancelled)).join();
  }

  private void compare(String requestId, CompareRequest request) throws IOException {
    List<ModelTensors> models = read(request);
    EngineWork work = engine.plan(request, models);
    Plan planned = Planner.plan(request, work.noted(models), work.key());
    var _ = jobs.run(planned.jobId(), () -> begin(requestId, request, planned, work));
  }

  /// Returns the attempt that the request became.
  private int begin(String requestId, CompareRequest request, Plan planned, EngineWork work)
      throws IOException {
    store.put(StoreKeys.requested(planned.jobId()), new byte[0]);
    int attempt = attempt(planned.jobId());
    byte[] stored = put(engine.withTasks(planned, work, attempt), attempt);
    Plan running = Json.read(stored, Plan.class);
    JobPlan announcement = announcement(requestId, request, running, stored, attempt);
    announcements.plan(announcement).join();
    announcements.event(accepted(announcement)).join();
    dispatch(running, attempt);
    return attempt;
  }

  private List<ModelTensors> read(CompareRequest request) throws IOException {
    List<ModelTensors> models = new ArrayList<>();
    for (ModelSpec model : request.models()) {
      models.add(
          reader.read(ModelName.of(models.size()), model.model(), models.stream().findFirst()));
    }
    return models;
  }

  private int attempt(String jobId) throws IOException {
    int attempt = 1;
    while (store.find(StoreKeys.failed(jobId, attempt)).isPresent()) {
      attempt++;
    }
    return attempt;
  }

  /// The plan as the store has it; the first one stays, since running workers read by it.
  private byte[] put(Plan plan, int attempt) throws IOException {
    String key = StoreKeys.plan(plan.jobId(), attempt);
    store.putIfAbsent(key, Json.bytes(plan));
    return store.get(key);
  }

  private JobPlan announcement(
      String requestId, CompareRequest request, Plan plan, byte[] stored, int attempt) {
    return new JobPlan(
        plan.jobId(),
        attempt,
        requestId,
        new StoredObject(
            StoreKeys.plan(plan.jobId(), attempt), stored.length, Digest.sha256(stored)),
        plan.tensors().size(),
        plan.bytes(),
        plan.fisherModels(),
        plan.divergence(),
        request.rendering(),
        (long) dispatch.window(plan, attempt));
  }

  private static JobEvent accepted(JobPlan plan) {
    return JobEvent.accepted(
        plan.jobId(), plan.requestId(), plan.attempt(), plan.rendering().id(), SERVICE);
  }

  private void dispatch(Plan plan, int attempt) throws IOException {
    String dispatched = StoreKeys.dispatched(plan.jobId(), attempt);
    if (store.find(dispatched).isPresent()
        || store.find(StoreKeys.report(plan.jobId())).isPresent()) {
      return;
    }
    dispatch.dispatch(plan, attempt);
    store.put(dispatched, new byte[0]);
  }
}
