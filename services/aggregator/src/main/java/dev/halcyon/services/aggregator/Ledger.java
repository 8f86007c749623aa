package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.TensorResult;
import java.util.List;
import java.util.Optional;

/// The records of jobs in their types, one for each job, compared tensor, rendering, model and
/// Fisher task:
///
/// ```
/// job/<job>
/// tensor/<job>/<tensor>
/// rendering/<job>/<rendering>
/// model/<job>/<model>
/// task/<job>/<model>/<task>
/// waiting/<job>/<model>/<task>
/// ```
final class Ledger {
  private static final String JOB = "job";
  private static final String TENSOR = "tensor";
  private static final String RENDERING = "rendering";
  private static final String MODEL = "model";
  private static final String TASK = "task";
  private static final String WAITING = "waiting";

  private final JobRecords records;

  Ledger(JobRecords records) {
    this.records = records;
  }

  List<Job> jobs() {
    return all(key(JOB, ""), Job.class);
  }

  Optional<Job> job(String jobId) {
    return read(key(JOB, jobId), Job.class);
  }

  void put(Job job) {
    records.put(key(JOB, job.jobId()), Json.bytes(job));
  }

  /// Keeps the result; false where the tensor has one.
  boolean add(TensorResult result) {
    String key = key(TENSOR, result.jobId(), result.tensor());
    boolean added = records.get(key).isEmpty();
    if (added) {
      records.put(key, Json.bytes(result));
    }
    return added;
  }

  List<TensorResult> tensors(String jobId) {
    return all(key(TENSOR, jobId, ""), TensorResult.class);
  }

  /// Forgets tensors and tasks, which the report has now.
  void forgetParts(String jobId) {
    forget(jobId, List.of(TENSOR, TASK));
  }

  void forget(String jobId) {
    forget(jobId, List.of(TENSOR, TASK, WAITING, MODEL, RENDERING));
    records.delete(key(JOB, jobId));
  }

  private void forget(String jobId, List<String> kinds) {
    for (String kind : kinds) {
      records.withPrefix(key(kind, jobId, "")).keySet().forEach(records::delete);
    }
  }

  RenderingRecord rendering(String jobId, String id) {
    return read(key(RENDERING, jobId, id), RenderingRecord.class)
        .orElseGet(() -> RenderingRecord.unknown(id));
  }

  void put(String jobId, RenderingRecord record) {
    records.put(key(RENDERING, jobId, record.id()), Json.bytes(record));
  }

  List<RenderingRecord> renderings(String jobId) {
    return all(key(RENDERING, jobId, ""), RenderingRecord.class);
  }

  FisherModelRecord model(String jobId, String model) {
    return read(key(MODEL, jobId, model), FisherModelRecord.class).orElse(FisherModelRecord.NONE);
  }

  void put(String jobId, String model, FisherModelRecord record) {
    records.put(key(MODEL, jobId, model), Json.bytes(record));
  }

  FisherTaskRecord task(String jobId, String model, String task) {
    return read(key(TASK, jobId, model, task), FisherTaskRecord.class)
        .orElse(FisherTaskRecord.NONE);
  }

  void put(String jobId, String model, String task, FisherTaskRecord record) {
    records.put(key(TASK, jobId, model, task), Json.bytes(record));
  }

  void putWaiting(String jobId, FisherTask task) {
    records.put(key(WAITING, jobId, task.model(), task.name()), Json.bytes(task));
  }

  /// Reads one record only: a job can have thousands.
  Optional<FisherTask> firstWaiting(String jobId) {
    return records.first(key(WAITING, jobId, "")).map(json -> Json.read(json, FisherTask.class));
  }

  void forgetWaiting(String jobId, FisherTask task) {
    records.delete(key(WAITING, jobId, task.model(), task.name()));
  }

  void forgetWaiting(String jobId) {
    forget(jobId, List.of(WAITING));
  }

  private <T> Optional<T> read(String key, Class<T> type) {
    return records.get(key).map(json -> Json.read(json, type));
  }

  private <T> List<T> all(String prefix, Class<T> type) {
    return records.withPrefix(prefix).values().stream().map(json -> Json.read(json, type)).toList();
  }

  private static String key(String... parts) {
    return String.join("/", parts);
  }
}
