package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStore.ObjectInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/// Removes what the store holds of jobs that were not requested for a long time: plans, outcomes,
/// sums, the report and all results.
///
/// A request may come for the job meanwhile. It puts its mark before it looks whether the job's
/// work was announced; the removal takes the announcement away before it looks at the mark a second
/// time. So either the removal stops, or the request finds nothing announced and has the job
/// computed anew.
final class OldJobs {
  private final ObjectStore store;

  OldJobs(ObjectStore store) {
    this.store = store;
  }

  /// Whether nothing of the job is left.
  ///
  /// @param before that instant its last request must have come
  boolean remove(String jobId, Instant before) throws IOException {
    List<ObjectInfo> objects = store.list(StoreKeys.job(jobId));
    if (isAskedFor(jobId, before)) {
      return false;
    }
    for (ObjectInfo object : objects) {
      if (StoreKeys.isDispatched(object.key())) {
        store.delete(object.key());
      }
    }
    if (isAskedFor(jobId, before)) {
      return false;
    }
    store.delete(StoreKeys.report(jobId));
    for (ObjectInfo object : objects) {
      store.delete(object.key());
    }
    return true;
  }

  private boolean isAskedFor(String jobId, Instant before) throws IOException {
    return store
        .find(StoreKeys.requested(jobId))
        .filter(mark -> !mark.lastModified().isBefore(before))
        .isPresent();
  }
}
