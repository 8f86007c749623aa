package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.store.TensorCopy.HubRange;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStore.ObjectInfo;
import dev.halcyon.services.common.models.ModelFolder;
import dev.halcyon.services.common.models.ModelUse;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What the store has of some models of the Hub, each of them listed once, when it is first asked
/// for, and marked as used before the look.
final class Inventory {
  private final ObjectStore store;
  private final ModelUse use;
  private final Map<ModelFolder, Set<String>> listed = new HashMap<>();

  Inventory(ObjectStore store, ModelUse use) {
    this.store = store;
    this.use = use;
  }

  boolean has(InStore object) throws IOException {
    if (object.origin().isEmpty()) {
      return store.find(object.key()).isPresent();
    }
    HubRange origin = object.origin().get();
    return keys(ModelFolder.of(origin.repository(), origin.commit())).contains(object.key());
  }

  private Set<String> keys(ModelFolder folder) throws IOException {
    Set<String> keys = listed.get(folder);
    if (keys == null) {
      use.mark(folder);
      keys = new HashSet<>();
      for (ObjectInfo object : store.list(folder.prefix())) {
        keys.add(object.key());
      }
      listed.put(folder, keys);
    }
    return keys;
  }
}
