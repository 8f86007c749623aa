package dev.halcyon.services.common;

import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStores;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The object store that all services share.
@ApplicationScoped
class StoreBean {
  @Produces
  @Singleton
  ObjectStore store(@ConfigProperty(name = "halcyon.store.uri") String uri) {
    return ObjectStores.open(uri, System.getenv());
  }

  void close(@Disposes ObjectStore store) {
    store.close();
  }
}
