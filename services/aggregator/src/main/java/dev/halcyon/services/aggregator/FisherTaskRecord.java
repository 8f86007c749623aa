package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.store.StoredObject;
import java.util.Optional;

/// What one Fisher task of a job has come to.
///
/// @param outcome once it is done
/// @param attempt that last said how far the task is; 0 where none did
/// @param progress what that attempt said
record FisherTaskRecord(
    Optional<StoredObject> outcome, int attempt, Optional<FisherProgress> progress) {
  static final FisherTaskRecord NONE = new FisherTaskRecord(Optional.empty(), 0, Optional.empty());

  FisherTaskRecord {
    outcome = outcome == null ? Optional.empty() : outcome;
    progress = progress == null ? Optional.empty() : progress;
  }

  FisherTaskRecord done(StoredObject found) {
    return new FisherTaskRecord(Optional.of(found), attempt, progress);
  }

  FisherTaskRecord progressed(int running, FisherProgress now) {
    return new FisherTaskRecord(outcome, running, Optional.of(now));
  }

  /// How far it is in that attempt.
  Optional<FisherProgress> progress(int running) {
    return progress.filter(_ -> attempt == running);
  }
}
