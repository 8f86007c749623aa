package dev.halcyon.services.common;

import org.jboss.logging.MDC;

/// Puts the job (and the tensor) at hand into each log line until it is closed.
public final class JobContext implements AutoCloseable {
  private static final String JOB = "job";
  private static final String TENSOR = "tensor";

  private JobContext() {}

  public static JobContext of(String jobId) {
    MDC.put(JOB, "[" + jobId + "] ");
    return new JobContext();
  }

  public static JobContext of(String jobId, String tensor) {
    JobContext context = of(jobId);
    MDC.put(TENSOR, tensor + ": ");
    return context;
  }

  @Override
  public void close() {
    MDC.remove(JOB);
    MDC.remove(TENSOR);
  }
}
