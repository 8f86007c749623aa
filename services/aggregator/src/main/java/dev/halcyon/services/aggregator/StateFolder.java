package dev.halcyon.services.aggregator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Where Kafka Streams keeps its state on this machine. A folder that is not configured is
/// temporary, and is deleted when it is closed.
record StateFolder(Path path, boolean isTemporary) implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(StateFolder.class);

  /// @throws UncheckedIOException where a temporary folder cannot be created
  static StateFolder of(Optional<Path> configured) {
    return configured
        .map(path -> new StateFolder(path, false))
        .orElseGet(() -> new StateFolder(temporary(), true));
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("halcyon-aggregator");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a temporary folder: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    if (isTemporary) {
      delete();
    }
  }

  private void delete() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warnf("the temporary folder %s cannot be deleted: %s", path, e.getMessage());
    }
  }
}
