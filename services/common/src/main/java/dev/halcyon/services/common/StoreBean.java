package dev.halcyon.services.common;

import dev.halcyon.objectstore.DividedObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStores;
import dev.halcyon.services.common.models.ModelFolder;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The object store that all services share.
@ApplicationScoped
class StoreBean {
  @Produces
  @Singleton
  ObjectStore store(
      @ConfigProperty(name = "halcyon.store.uri") String uri,
      @ConfigProperty(name = "halcyon.store.models-uri") Optional<String> modelsUri,
      MeterRegistry meters) {
    ObjectStore store = ObjectStores.open(uri, System.getenv());
    return new MeteredObjectStore(
        modelsUri.isEmpty()
            ? store
            : new DividedObjectStore(
                ModelFolder.MODELS, ObjectStores.open(modelsUri.get(), System.getenv()), store),
        meters);
  }

  /// A store in a bucket has no disk of this machine.
  void exportDisk(@Observes StartupEvent event, ObjectStore store, MeterRegistry meters) {
    String location = store.toString();
    if (location.startsWith("file:")) {
      new DiskMeters(meters).export("store", Path.of(URI.create(location)));
    }
  }

  void close(@Disposes ObjectStore store) {
    store.close();
  }
}
