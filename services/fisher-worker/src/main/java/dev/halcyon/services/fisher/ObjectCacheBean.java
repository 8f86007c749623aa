package dev.halcyon.services.fisher;

import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.services.common.Failures;
import dev.halcyon.services.fisher.ObjectCache.Limits;
import dev.halcyon.transformer.MemoryBudget;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Keeps the weights of models on the worker's disk, unless they are in a folder already.
@ApplicationScoped
class ObjectCacheBean {
  @Produces
  @Singleton
  ObjectReads reads(
      ObjectStore store,
      FisherConfig config,
      @ConfigProperty(name = "halcyon.store.uri") String uri,
      @ConfigProperty(name = "halcyon.store.models-uri") Optional<String> modelsUri) {
    long most = config.weightsCache().asLongValue();
    boolean local = modelsUri.orElse(uri).startsWith("file:");
    if (local || most == 0) {
      return store::read;
    }
    MemoryBudget standard = MemoryBudget.standard();
    Path folder = config.temporaryFolder().orElse(standard.folder());
    long disk = config.disk().map(MemorySize::asLongValue).orElse(standard.disk());
    Limits limits = new Limits(most, disk, folder.toFile()::getUsableSpace);
    try {
      return ObjectCache.open(store, folder, limits);
    } catch (IOException e) {
      throw new EnvironmentException(
          "cannot use the folder %s (halcyon.fisher.temporary-folder): %s"
              .formatted(folder, Failures.of(e).message()),
          e);
    }
  }

  void close(@Disposes ObjectReads reads) throws IOException {
    if (reads instanceof ObjectCache cache) {
      cache.close();
    }
  }
}
