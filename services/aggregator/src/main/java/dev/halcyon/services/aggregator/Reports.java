package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.ModelFisher;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.ReferencedObjects;
import dev.halcyon.services.common.Transient;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Puts reports into the store: the one point where a job becomes done.
final class Reports {
  private final ObjectStore store;
  private final ReportAssembler assembler;
  private final FisherReports fisherReports;
  private final DivergenceReports divergenceReports;
  private final ReferencedObjects objects;

  Reports(ObjectStore store, ReportAssembler assembler) {
    this.store = store;
    this.assembler = assembler;
    this.objects = new ReferencedObjects(store);
    this.fisherReports = new FisherReports(objects);
    this.divergenceReports = new DivergenceReports(objects);
  }

  boolean exists(String jobId) {
    return Transient.retry(() -> store.find(StoreKeys.report(jobId)).isPresent());
  }

  /// Puts a job's report unless one is there; returns the SHA-256 of the one that is there then.
  String put(Job job, List<TensorResult> results, EngineTracker tracker, Instant now) {
    String key = StoreKeys.report(job.jobId());
    if (!exists(job.jobId())) {
      JobPlan announcement = job.plan().orElseThrow();
      Plan plan = plan(announcement);
      List<ModelFisher> fisher =
          Transient.retry(() -> fisherReports.of(plan, tracker.fisher().outcomes(announcement)));
      Optional<DivergenceReport> divergence =
          Transient.retry(() -> divergenceReports.of(announcement, plan, tracker.divergence()));
      Report report =
          assembler.assemble(plan, results, fisher, divergence, job.turn().started(), now);
      byte[] bytes = Json.prettyBytes(report);
      Transient.retry(() -> store.putIfAbsent(key, bytes));
    }
    return Digest.sha256(Transient.retry(() -> store.get(key)));
  }

  /// The plan that was announced.
  Plan plan(JobPlan announcement) {
    return Transient.retry(() -> objects.read(announcement.plan(), Plan.class));
  }

  void markFailed(String jobId, int attempt, Failure failure) {
    Transient.retry(() -> store.putIfAbsent(StoreKeys.failed(jobId, attempt), Json.bytes(failure)));
  }
}
