package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.store.TensorCopy.HubRange;
import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.HubException;
import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.RepositoryId;
import dev.halcyon.objectstore.ObjectStore;
import java.io.IOException;
import java.util.OptionalLong;

/// Brings bytes of files on the Hub into the store, those of a whole file held against the digest
/// that the Hub lists.
final class HubToStore {
  /// Not worth a connection for each of its parts.
  private static final int SMALL = 4 << 20;

  private final HubAccess hub;
  private final ObjectStore store;
  private final OneAtATime objects = new OneAtATime();

  HubToStore(HubAccess hub, ObjectStore store) {
    this.hub = hub;
    this.store = store;
  }

  /// Brings an object unless it is there; returns the bytes that came from the Hub.
  long bring(String key, HubRange origin) throws IOException {
    return objects.run(key, () -> store.find(key).isPresent() ? 0 : fetch(key, origin));
  }

  private long fetch(String key, HubRange origin) throws IOException {
    try {
      HubClient client = hub.client().patient();
      HubFile file = file(origin);
      if (origin.bytes() <= SMALL) {
        store.put(key, small(client, file, origin));
      } else {
        stream(key, client, file, origin);
      }
      return origin.bytes();
    } catch (HubException e) {
      throw failed(e);
    }
  }

  /// A failure, to be thrown. Damaged bytes are left to the retry of the whole task: another
  /// transfer may bring the right ones.
  private static RuntimeException failed(HubException failure) throws HubException {
    if (failure.reason() == Reason.INTEGRITY) {
      throw failure;
    }
    return HubAccess.classed(failure);
  }

  private static HubFile file(HubRange origin) {
    return new HubFile(
        RepositoryId.model(origin.repository()),
        origin.commit(),
        origin.file(),
        origin.fileSize(),
        origin.sha256());
  }

  private static byte[] small(HubClient client, HubFile file, HubRange origin) throws IOException {
    return isWhole(origin)
        ? client.read(file, SMALL)
        : client.read(file, origin.offset(), (int) origin.bytes());
  }

  private void stream(String key, HubClient client, HubFile file, HubRange origin)
      throws IOException {
    try (TensorStream bytes =
        TensorStream.open(consumer -> {
          if (isWhole(origin)) {
            client.streamWhole(file, consumer);
          } else {
            client.stream(file, origin.offset(), origin.bytes(), consumer);
          }
        })) {
      store.put(key, bytes, OptionalLong.of(origin.bytes()));
    }
  }

  private static boolean isWhole(HubRange origin) {
    return origin.bytes() == origin.fileSize();
  }
}
