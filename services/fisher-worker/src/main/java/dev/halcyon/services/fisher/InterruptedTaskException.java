package dev.halcyon.services.fisher;

/// The service is ending and a task with it.
final class InterruptedTaskException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InterruptedTaskException(InterruptedException cause) {
    super("the task was interrupted", cause);
  }
}
