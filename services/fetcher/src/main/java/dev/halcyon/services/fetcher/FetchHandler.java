package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.FetchTask;
import dev.halcyon.contracts.InvalidMessageException;
import dev.halcyon.contracts.Plan.PlannedTensor;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.TensorCopy;
import dev.halcyon.contracts.TensorCopy.HubRange;
import dev.halcyon.contracts.TensorCopy.InStore;
import dev.halcyon.contracts.TensorReady;
import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.HubException;
import dev.halcyon.hub.HubFile;
import dev.halcyon.hub.RepositoryId;
import dev.halcyon.objectstore.ModelFolder;
import dev.halcyon.objectstore.ModelUse;
import dev.halcyon.objectstore.ObjectStore;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/// Brings one model's copy of a tensor from the Hub into the store, unless it is there, and
/// announces the tensor when that was the last copy missing.
///
/// An object appears whole or not at all, so a task that was cut off starts anew and one that was
/// done finds its object. Of two tasks that bring the last two copies at the same time each puts
/// its own before it looks for the other's, so at least one announces the tensor; it may be both,
/// and is counted once.
final class FetchHandler {
  /// Not worth a connection for each of its parts.
  private static final int SMALL = 4 << 20;

  private final ObjectStore store;
  private final HubAccess hub;
  private final ModelUse use;
  private final Announcements announcements;
  private final OneAtATime objects = new OneAtATime();

  FetchHandler(ObjectStore store, HubAccess hub, ModelUse use, Announcements announcements) {
    this.store = store;
    this.hub = hub;
    this.use = use;
    this.announcements = announcements;
  }

  /// Returns the bytes that came from the Hub.
  long handle(FetchTask task) throws IOException {
    InStore target = task.target();
    HubRange origin = origin(task, target);
    if (store.find(StoreKeys.failed(task.jobId(), task.attempt())).isPresent()) {
      return 0;
    }
    use.mark(ModelFolder.of(origin.repository(), origin.commit()));
    long brought = objects.run(target.key(), () -> bringIfAbsent(target.key(), origin));
    if (isWhole(task.tensor())) {
      announcements.tensor(new TensorReady(task.jobId(), task.attempt(), task.tensor())).join();
    }
    return brought;
  }

  private static HubRange origin(FetchTask task, InStore target) {
    return target
        .origin()
        .orElseThrow(() ->
            new InvalidMessageException(
                "fetch task of job %s: tensor %s of %s has no place on the Hub"
                    .formatted(task.jobId(), task.tensor().tensor(), task.model())));
  }

  private long bringIfAbsent(String key, HubRange origin) throws IOException {
    if (store.find(key).isPresent()) {
      return 0;
    }
    try {
      bring(key, origin);
      return origin.bytes();
    } catch (HubException e) {
      throw HubAccess.refused(e);
    }
  }

  private void bring(String key, HubRange origin) throws IOException {
    HubClient client = hub.client();
    HubFile file =
        new HubFile(
            RepositoryId.model(origin.repository()),
            origin.commit(),
            origin.file(),
            origin.fileSize(),
            Optional.empty());
    if (origin.bytes() <= SMALL) {
      store.put(key, client.read(file, origin.offset(), (int) origin.bytes()));
      return;
    }
    try (TensorStream bytes = TensorStream.open(client, file, origin.offset(), origin.bytes())) {
      store.put(key, bytes, OptionalLong.of(origin.bytes()));
    }
  }

  private boolean isWhole(PlannedTensor tensor) throws IOException {
    for (TensorCopy copy : tensor.copies()) {
      if (copy.location() instanceof InStore(String key, _) && store.find(key).isEmpty()) {
        return false;
      }
    }
    return true;
  }
}
