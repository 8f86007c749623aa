package dev.halcyon.services.common;

/// Work of a job that has already ended; no failure of the job.
public final class AttemptEndedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AttemptEndedException(String message) {
    super(message);
  }
}
