package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.ModelArrival;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.HubRange;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.models.ModelFolder;
import dev.halcyon.services.common.models.ModelUse;
import java.io.IOException;
import java.util.Optional;

/// Brings a tensor or file of a model from the Hub into the store, unless it is there, and
/// announces the tensor, or the model, when that was the last of it that was missing. Dispatches
/// the next tensors of a plan.
///
/// An object appears whole or not at all, so a task that was cut off starts anew and one that was
/// done finds its object. Of two tasks that bring the last two copies at the same time each puts
/// its own before it looks for the other's, so at least one announces the tensor; it may be both,
/// and is counted once.
final class FetchHandler {
  private final ObjectStore store;
  private final HubToStore transfers;
  private final ModelUse use;
  private final Announcements announcements;
  private final Arrivals arrivals;
  private final PlanSlices slices;

  FetchHandler(
      ObjectStore store,
      HubAccess hub,
      ModelUse use,
      Announcements announcements,
      Dispatch dispatch) {
    this.store = store;
    this.transfers = new HubToStore(hub, store);
    this.use = use;
    this.announcements = announcements;
    this.arrivals = new Arrivals(store, System::nanoTime);
    this.slices = new PlanSlices(store, dispatch);
  }

  /// Returns the bytes that came from the Hub.
  long handle(FetchTask task) throws IOException {
    return switch (task) {
      case FetchTask.Download download -> download(download);
      case FetchTask.Slice slice -> {
        if (isAwaited(slice)) {
          slices.dispatch(slice);
        }
        yield 0;
      }
    };
  }

  private boolean isAwaited(FetchTask task) throws IOException {
    return store.find(StoreKeys.failed(task.jobId(), task.attempt())).isEmpty();
  }

  private long download(FetchTask.Download task) throws IOException {
    InStore target = task.target();
    HubRange origin = origin(task, target);
    if (!isAwaited(task)) {
      return 0;
    }
    use.mark(ModelFolder.of(origin.repository(), origin.commit()));
    long brought = transfers.bring(target.key(), origin);
    switch (task) {
      case FetchTask.Copy copy -> announce(copy);
      case FetchTask.Part part -> announce(part);
    }
    return brought;
  }

  private void announce(FetchTask.Copy task) throws IOException {
    if (isWhole(task.tensor())) {
      announcements.tensor(new TensorReady(task.jobId(), task.attempt(), task.tensor())).join();
    }
  }

  private void announce(FetchTask.Part task) throws IOException {
    Optional<ModelArrival> news = arrivals.news(task);
    if (news.isPresent()) {
      announcements
          .event(JobEvent.arrived(task.jobId(), task.attempt(), news.get(), RequestHandler.SERVICE))
          .join();
    }
  }

  private static HubRange origin(FetchTask.Download task, InStore target) {
    return target
        .origin()
        .orElseThrow(() ->
            new InvalidMessageException(
                "fetch task of job %s: %s of %s is not on the Hub"
                    .formatted(task.jobId(), task.subject(), task.model())));
  }

  private boolean isWhole(PlannedTensor tensor) throws IOException {
    for (TensorCopy copy : tensor.copies()) {
      for (StoredTensor stored : copy.stored()) {
        if (stored.location() instanceof InStore(String key, _) && store.find(key).isEmpty()) {
          return false;
        }
      }
    }
    return true;
  }
}
