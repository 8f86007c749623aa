package dev.halcyon.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A shared store and services in JVMs of their own, below one folder, on the suite's broker.
final class Fleet implements AutoCloseable {
  /// All services there are.
  static final List<String> SERVICES =
      List.of("fetcher", "similarity-worker", "fisher-worker", "aggregator", "plotter");

  private final Path folder;
  private final Map<String, String> environment;
  private final Map<String, String> kafka;
  private final Map<String, ServiceProcess> services = new LinkedHashMap<>();

  private Fleet(Path folder, Map<String, String> environment, Map<String, String> kafka) {
    this.folder = folder;
    this.environment = environment;
    this.kafka = kafka;
  }

  /// A fleet without services as yet; the only one there is at its time.
  ///
  /// @param environment of the services
  static Fleet start(Path folder, Map<String, String> environment) throws Exception {
    return on(Map.of("kafka.bootstrap.servers", SuiteBroker.emptied()), folder, environment);
  }

  /// A fleet without services as yet, on a broker of its own.
  ///
  /// @param kafka settings of all Kafka clients
  static Fleet on(Map<String, String> kafka, Path folder, Map<String, String> environment)
      throws IOException {
    Files.createDirectories(folder.resolve("store"));
    return new Fleet(folder, environment, kafka);
  }

  String bootstrapServers() {
    return kafka.get("kafka.bootstrap.servers");
  }

  Path store() {
    return folder.resolve("store");
  }

  /// Starts a service.
  ///
  /// @param name of the service
  /// @param called what the test calls this one of it
  /// @param settings beside those that all have
  void add(String name, String called, Map<String, String> settings) throws IOException {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(kafka);
    all.putIfAbsent("halcyon.store.uri", store().toUri().toString());
    all.put("halcyon.topics.work-partitions", "4");
    all.put("halcyon.topics.job-partitions", "2");
    all.put("halcyon.topics.replication-factor", "1");
    all.put("halcyon.aggregator.state-directory", folder.resolve("streams").toString());
    all.putIfAbsent("halcyon.local-roots", "/");
    all.put("quarkus.http.port", "0");
    Path logs = Files.createDirectories(folder.resolve(called));
    services.put(called, ServiceProcess.start(name, all, environment, logs));
  }

  void add(String name, Map<String, String> settings) throws IOException {
    add(name, name, settings);
  }

  /// Waits until all services are up; one that has ended instead is an error.
  void awaitStart() throws Exception {
    for (ServiceProcess service : services.values()) {
      service.awaitStart();
    }
  }

  ServiceProcess service(String called) {
    return services.get(called);
  }

  /// Kills a service with SIGKILL and starts it again.
  void kill(String called) {
    try {
      services.get(called).killAndRestart();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// What the services said.
  String logs() {
    StringBuilder logs = new StringBuilder();
    for (String called : services.keySet()) {
      try (var files = Files.list(folder.resolve(called))) {
        for (Path log : files.toList()) {
          logs.append(log).append(": ").append(Files.readString(log));
        }
      } catch (IOException e) {
        logs.append(e.getMessage());
      }
    }
    return logs.toString();
  }

  @Override
  public void close() {
    services.values().forEach(ServiceProcess::close);
  }
}
