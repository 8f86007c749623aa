package dev.halcyon.services.common;

import dev.halcyon.objectstore.DirectoryObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The object store that all services share.
@ApplicationScoped
class StoreBean {
  @Produces
  @Singleton
  ObjectStore store(@ConfigProperty(name = "halcyon.store.uri") String uri) throws IOException {
    return new DirectoryObjectStore(java.nio.file.Path.of(java.net.URI.create(uri)));
  }

  void close(@Disposes ObjectStore store) {
    store.close();
  }
}
