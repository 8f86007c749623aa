package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.Digest;
import dev.halcyon.contracts.Failure;
import dev.halcyon.contracts.JobPlan;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.Plan;
import dev.halcyon.contracts.Report;
import dev.halcyon.contracts.Report.ModelFisher;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.TensorResult;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.services.common.Transient;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/// Puts reports into the store: the one point where a job becomes done.
final class Reports {
  private final ObjectStore store;
  private final ReportAssembler assembler;
  private final FisherReports fisherReports;

  Reports(ObjectStore store, ReportAssembler assembler) {
    this.store = store;
    this.assembler = assembler;
    this.fisherReports = new FisherReports(store);
  }

  boolean exists(String jobId) {
    return Transient.retry(() -> store.find(StoreKeys.report(jobId)).isPresent());
  }

  /// Puts a job's report unless one is there; returns the SHA-256 of the one that is there then.
  String put(Job job, List<TensorResult> results, Instant now) {
    String key = StoreKeys.report(job.jobId());
    if (!exists(job.jobId())) {
      JobPlan announcement = job.plan().orElseThrow();
      Plan plan = plan(announcement);
      List<ModelFisher> fisher = Transient.retry(() -> fisherReports.of(plan, job.fisher()));
      Report report = assembler.assemble(plan, results, fisher, job.started(), now);
      byte[] bytes = Json.prettyBytes(report);
      Transient.retry(() -> store.putIfAbsent(key, bytes));
    }
    return Digest.sha256(Transient.retry(() -> store.get(key)));
  }

  private Plan plan(JobPlan announcement) {
    byte[] bytes = Transient.retry(() -> get(announcement.planKey()));
    String digest = Digest.sha256(bytes);
    if (!digest.equals(announcement.planDigest())) {
      throw new EnvironmentException(
          "%s has SHA-256 %s, announced was %s: the store's object was changed"
              .formatted(announcement.planKey(), digest, announcement.planDigest()));
    }
    return Json.read(bytes, Plan.class);
  }

  private byte[] get(String key) throws IOException {
    return store.get(key);
  }

  void markFailed(String jobId, int attempt, Failure failure) {
    Transient.retry(() -> store.putIfAbsent(StoreKeys.failed(jobId, attempt), Json.bytes(failure)));
  }
}
