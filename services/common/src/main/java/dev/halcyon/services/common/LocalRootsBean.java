package dev.halcyon.services.common;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The folders below which a worker reads the files of plans. One that this machine does not have
/// is none of its roots.
@ApplicationScoped
class LocalRootsBean {
  @Produces
  @Singleton
  LocalRoots roots(@ConfigProperty(name = "halcyon.local-roots") Optional<List<Path>> roots) {
    return new LocalRoots(roots.orElse(List.of()).stream().filter(Files::exists).toList());
  }
}
