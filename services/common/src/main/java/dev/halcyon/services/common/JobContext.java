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

  /// The context as threads inherit it that are started for a part of the work.
  private static final InheritableThreadLocal<Map<String, String>> HERE =
      new InheritableThreadLocal<>();

  private final Map<String, String> outerHere = HERE.get();
  private final Map<String, Object> outer = new HashMap<>();

  private JobContext() {}

  /// A context that sets nothing.
  public static JobContext none() {
    return new JobContext();
  }

  /// The context that the thread had which started this one for a part of its work.
  public static JobContext inherited() {
    JobContext context = none();
    if (context.outerHere != null) {
      context.outerHere.forEach(context::with);
    }
    return context;
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

  /// An empty name is left out.
  public JobContext tensor(String tensor) {
    return tensor.isEmpty() ? this : with(TENSOR, tensor);
  }

  private JobContext with(String key, String value) {
    Object before = MDC.get(key);
    outer.putIfAbsent(key, before == null ? ABSENT : before);
    MDC.put(key, value);
    Map<String, String> next = HERE.get() == null ? new HashMap<>() : new HashMap<>(HERE.get());
    next.put(key, value);
    HERE.set(next);
    return this;
  }

  @Override
  public void close() {
    outer.forEach(JobContext::reset);
    HERE.set(outerHere);
  }

  private static void reset(String key, Object before) {
    if (ABSENT.equals(before)) {
      MDC.remove(key);
    } else {
      MDC.put(key, before);
    }
  }
}
