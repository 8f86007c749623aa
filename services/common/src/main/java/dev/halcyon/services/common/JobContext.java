package dev.halcyon.services.common;

import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.MDC;

/// Puts what is at hand into each log line of this thread until it is closed: the job, and its
/// attempt, model and tensor where there is one. What an outer context has set comes back then.
public final class JobContext implements AutoCloseable {
  /// The keys of the log's diagnostic context.
  public static final String JOB = "job";

  public static final String ATTEMPT = "attempt";
  public static final String MODEL = "model";
  public static final String TENSOR = "tensor";

  private static final String ABSENT = "";

  private final Map<String, Object> outer = new HashMap<>();

  private JobContext() {}

  /// A context that sets nothing.
  public static JobContext none() {
    return new JobContext();
  }

  public static JobContext of(String jobId) {
    return none().with(JOB, jobId);
  }

  public JobContext attempt(int attempt) {
    return with(ATTEMPT, String.valueOf(attempt));
  }

  public JobContext model(String model) {
    return with(MODEL, model);
  }

  public JobContext tensor(String tensor) {
    return with(TENSOR, tensor);
  }

  private JobContext with(String key, String value) {
    if (value == null || value.isEmpty()) {
      return this;
    }
    Object before = MDC.get(key);
    outer.putIfAbsent(key, before == null ? ABSENT : before);
    MDC.put(key, value);
    return this;
  }

  @Override
  public void close() {
    outer.forEach(JobContext::reset);
  }

  private static void reset(String key, Object before) {
    if (ABSENT.equals(before)) {
      MDC.remove(key);
    } else {
      MDC.put(key, before);
    }
  }
}
