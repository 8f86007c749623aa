package dev.halcyon.services.common;

/// Work that nobody waits for any more; no failure of the job, which has ended already.
public final class AttemptEndedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AttemptEndedException(String message) {
    super(message);
  }
}
