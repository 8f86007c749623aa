package dev.halcyon.services.common;

import dev.halcyon.objectstore.DividedObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStores;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The object store that all services share.
@ApplicationScoped
class StoreBean {
  @Produces
  @Singleton
  ObjectStore store(
      @ConfigProperty(name = "halcyon.store.uri") String uri,
      @ConfigProperty(name = "halcyon.store.models-uri") Optional<String> modelsUri) {
    ObjectStore store = ObjectStores.open(uri, System.getenv());
    return modelsUri.isEmpty()
        ? store
        : new DividedObjectStore(ObjectStores.open(modelsUri.get(), System.getenv()), store);
  }

  void close(@Disposes ObjectStore store) {
    store.close();
  }
}
