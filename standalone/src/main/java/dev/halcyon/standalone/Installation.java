package dev.halcyon.standalone;

import dev.halcyon.hub.HubConfig;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/// Where this JVM's broker, store and services find each other; becomes the services'
/// configuration.
///
/// @param bootstrapServers of the broker
/// @param store folder of the object store
/// @param streams folder of the aggregator's bookkeeping
/// @param temporary folder of files that go with this JVM
/// @param localRoots below which requests may name models, separated by commas
/// @param threads that compute; all cores where absent
/// @param httpPort of health, metrics and job states
record Installation(
    String bootstrapServers,
    Path store,
    Path streams,
    Path temporary,
    String localRoots,
    OptionalInt threads,
    int httpPort) {

  /// Sets the system properties that the services read.
  void configure() {
    properties().forEach(System::setProperty);
  }

  /// What the Hugging Face cache holds is read in place too.
  private static String hubCache() {
    try {
      return "," + HubConfig.fromEnvironment().cache().toString().replace(",", "\\,");
    } catch (IllegalArgumentException | UncheckedIOException e) {
      return ""; // Whoever asks for a model of the Hub is told.
    }
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("kafka.bootstrap.servers", bootstrapServers);
    properties.put("halcyon.store.uri", store.toUri().toString());
    properties.put("halcyon.aggregator.state-directory", streams.toString());
    properties.put(WorkFolder.FONT_FOLDER, temporary.toString());
    properties.put("halcyon.fetcher.local-roots", localRoots);
    properties.put("halcyon.local-roots", localRoots + hubCache());
    threads.ifPresent(count -> {
      properties.put("halcyon.similarity.threads", "" + count);
      properties.put("halcyon.fisher.threads", "" + count);
    });
    properties.put("quarkus.http.port", "" + httpPort);
    return properties;
  }
}
