package dev.halcyon.contracts;

import dev.halcyon.contracts.job.FisherTask;

/// Where a job's objects are in the store.
public final class StoreKeys {
  private static final String DISPATCHED = "dispatched";

  private StoreKeys() {}

  /// What the keys of all a job's objects begin with.
  public static String job(String jobId) {
    return "jobs/" + jobId + "/";
  }

  private static String attempt(String jobId, int attempt) {
    return job(jobId) + "attempts/" + attempt + "/";
  }

  public static String plan(String jobId, int attempt) {
    return attempt(jobId, attempt) + "plan.json";
  }

  /// Says that an attempt's tensors have all been announced.
  public static String dispatched(String jobId, int attempt) {
    return attempt(jobId, attempt) + DISPATCHED;
  }

  /// Whether it is the key of an attempt's announcements.
  public static boolean isDispatched(String key) {
    return key.endsWith("/" + DISPATCHED);
  }

  /// Put by each request for the job, so that its age says when the last one came.
  public static String requested(String jobId) {
    return job(jobId) + "requested";
  }

  /// Says that an attempt failed.
  public static String failed(String jobId, int attempt) {
    return attempt(jobId, attempt) + "failed.json";
  }

  public static String report(String jobId) {
    return job(jobId) + "report.json";
  }

  /// Texts that Fisher information is estimated on, the same for all jobs.
  public static String calibration(String digest) {
    return "calibration/" + digest + ".json";
  }

  /// Where the parts of a model are that Fisher information is computed of, by its content.
  public static String fisherModel(String jobId, int attempt, String model, String sha256) {
    return attempt(jobId, attempt) + "fisher/" + model + "/" + sha256 + ".json";
  }

  /// What a Fisher task found; put last of what it puts.
  public static String fisherOutcome(FisherTask task) {
    return fisher(task) + "outcome.json";
  }

  /// An object that a Fisher task's outcome refers to, by its content.
  public static String fisherObject(FisherTask task, String sha256) {
    return fisher(task) + sha256;
  }

  private static String fisher(FisherTask task) {
    return attempt(task.jobId(), task.attempt())
        + "fisher/"
        + task.model()
        + "/"
        + task.name()
        + "/";
  }

  /// A result file, drawn as a rendering asks.
  public static String result(String jobId, String renderingId, String file) {
    return results(jobId) + renderingId + "/" + file;
  }

  /// What the keys of all of a job's result files begin with.
  public static String results(String jobId) {
    return job(jobId) + "results/";
  }

  /// The list of a rendering's files, put last: where it is, they are.
  public static String resultManifest(String jobId, String renderingId) {
    return result(jobId, renderingId, "manifest.json");
  }
}
