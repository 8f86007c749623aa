package dev.halcyon.services.common;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.objectstore.ObjectStore;
import java.io.IOException;

/// The attempts of jobs that have failed or were cancelled: what has not begun of one is left
/// alone.
public final class EndedAttempts {
  private final ObjectStore store;

  public EndedAttempts(ObjectStore store) {
    this.store = store;
  }

  /// Lets only work pass that somebody waits for.
  ///
  /// @throws AttemptEndedException where the attempt has ended
  public void refuse(String jobId, int attempt) throws IOException {
    if (store.find(StoreKeys.failed(jobId, attempt)).isPresent()) {
      throw new AttemptEndedException(
          "attempt %d of job %s has failed or was cancelled".formatted(attempt, jobId));
    }
  }
}
