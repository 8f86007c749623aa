package dev.halcyon.standalone;

import dev.halcyon.objectstore.DirectoryObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Where this JVM's broker, store and services find each other; becomes the services'
/// configuration.
///
/// @param bootstrapServers of the broker
/// @param store folder of the object store
/// @param streams folder of the aggregator's bookkeeping
/// @param temporary folder of files that nobody needs once this JVM has ended; `java.io.tmpdir`
///   where absent
/// @param localRoots below which requests may name models, separated by commas
/// @param threads that compute; all cores where absent
/// @param httpPort of health, metrics and job states; none is opened where absent
record Installation(
    String bootstrapServers,
    Path store,
    Path streams,
    Optional<Path> temporary,
    String localRoots,
    OptionalInt threads,
    OptionalInt httpPort) {

  ObjectStore openStore() {
    return new DirectoryObjectStore(store);
  }

  /// Sets the system properties that the services read.
  void configure() {
    properties().forEach(System::setProperty);
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("kafka.bootstrap.servers", bootstrapServers);
    properties.put("halcyon.store.uri", store.toUri().toString());
    properties.put("halcyon.aggregator.state-directory", streams.toString());
    properties.put("halcyon.fetcher.local-roots", localRoots);
    threads.ifPresent(count -> {
      properties.put("halcyon.similarity.threads", "" + count);
      properties.put("halcyon.fisher.threads", "" + count);
    });
    temporary
        .map(Path::toString)
        .ifPresent(folder -> {
          properties.put("halcyon.plots.font-folder", folder);
          properties.put("halcyon.fisher.temporary-folder", folder);
        });
    properties.put("quarkus.http.host-enabled", "" + httpPort.isPresent());
    httpPort.ifPresent(port -> properties.put("quarkus.http.port", "" + port));
    return properties;
  }
}
