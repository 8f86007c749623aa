package dev.halcyon.standalone;

import dev.halcyon.contracts.CompareRequest;
import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.ModelSpec;
import dev.halcyon.contracts.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// A broker in this JVM, and the services that compare, each in a JVM of its own.
final class Fleet implements AutoCloseable {
  static final List<String> SERVICES =
      List.of("fetcher", "similarity-worker", "aggregator", "plotter");

  private final Path folder;
  private final EmbeddedBroker broker;
  private final Map<String, ServiceProcess> services = new LinkedHashMap<>();

  private Fleet(Path folder, EmbeddedBroker broker) {
    this.folder = folder;
    this.broker = broker;
  }

  /// Starts all and waits for the topics.
  ///
  /// @param folder for the broker's data and the services' logs; models may lie below it
  /// @param store that all share
  /// @param environment of the services, beside this JVM's
  static Fleet start(Path folder, String store, Map<String, String> environment) throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
    Fleet fleet = new Fleet(folder, broker);
    try {
      for (String name : SERVICES) {
        Map<String, String> settings = fleet.settings(name, store);
        fleet.services.put(name, ServiceProcess.start(name, settings, environment, folder));
      }
      fleet.waitForTopics();
      return fleet;
    } catch (Throwable failure) {
      fleet.close();
      throw failure;
    }
  }

  private Map<String, String> settings(String service, String store) {
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("halcyon.store.uri", store);
    settings.put("halcyon.topics.work-partitions", "4");
    settings.put("halcyon.topics.job-partitions", "2");
    settings.put("halcyon.topics.replication-factor", "1");
    settings.put("quarkus.http.port", "0");
    settings.put("quarkus.http.host", "127.0.0.1");
    if (service.equals("aggregator")) {
      settings.put("halcyon.aggregator.state-directory", folder.resolve("streams").toString());
    }
    if (service.equals("fetcher")) {
      settings.put("halcyon.fetcher.local-roots", folder.toString());
    }
    return settings;
  }

  private void waitForTopics() throws Exception {
    try (Admin admin = admin()) {
      while (!admin.listTopics().names().get().containsAll(Set.of("job-states", "job-events"))) {
        Thread.sleep(200);
      }
    }
  }

  /// A comparison of all models with the first.
  static CompareRequest request(List<String> models) {
    return new CompareRequest(
        ModelSpec.of(models.getFirst()),
        models.stream().skip(1).map(ModelSpec::of).toList(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /// Publishes a request and follows its job to the end.
  JobClient.Outcome run(CompareRequest request, Consumer<JobState> progress) {
    return new JobClient(broker.bootstrapServers()).run(request, progress);
  }

  ServiceProcess service(String name) {
    return services.get(name);
  }

  /// Asks a service to end, waits until it has, and starts it again.
  void stopAndRestart(String name) {
    try {
      services.get(name).stopAndRestart();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Records that no service could do anything with.
  long deadLetters() throws Exception {
    try (Admin admin = admin()) {
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      for (Topic topic : Topic.values()) {
        String name = topic.topicName() + ".dead-letter";
        if (admin.listTopics().names().get().contains(name)) {
          admin
              .describeTopics(List.of(name))
              .allTopicNames()
              .get()
              .get(name)
              .partitions()
              .forEach(partition ->
                  ends.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest()));
        }
      }
      return admin.listOffsets(ends).all().get().values().stream()
          .mapToLong(found -> found.offset())
          .sum();
    }
  }

  private Admin admin() {
    return Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()));
  }

  /// What the services have said.
  String logs() {
    StringBuilder logs = new StringBuilder();
    for (String name : SERVICES) {
      Path log = folder.resolve(name + ".log");
      try {
        logs.append(log).append(":\n").append(Files.readString(log));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return logs.toString();
  }

  @Override
  public void close() {
    new ArrayList<>(services.values()).forEach(ServiceProcess::close);
    broker.close();
  }
}
