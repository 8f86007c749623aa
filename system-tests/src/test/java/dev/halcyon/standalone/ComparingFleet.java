package dev.halcyon.standalone;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.ModelSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// A [Fleet] of the services that compare, one of each.
final class ComparingFleet implements AutoCloseable {
  static final List<String> SERVICES =
      List.of("fetcher", "similarity-worker", "aggregator", "plotter");

  private final Fleet fleet;

  private ComparingFleet(Fleet fleet) {
    this.fleet = fleet;
  }

  /// Starts all and waits for the topics.
  ///
  /// @param folder for the services' logs; models may lie below it
  /// @param store that all share
  /// @param environment of the services, beside this JVM's
  static ComparingFleet start(Path folder, String store, Map<String, String> environment)
      throws Exception {
    Fleet fleet = Fleet.start(folder, environment);
    try {
      for (String name : SERVICES) {
        fleet.add(
            name,
            Map.of(
                "halcyon.store.uri",
                store,
                "halcyon.fetcher.local-roots",
                folder.toString(),
                "halcyon.fetcher.window",
                "64"));
      }
      fleet.awaitStart();
      return new ComparingFleet(fleet);
    } catch (Throwable failure) {
      fleet.close();
      throw failure;
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
  JobOutcome run(CompareRequest request, Consumer<JobState> progress) {
    return new JobClient(fleet.bootstrapServers()).run(request, progress);
  }

  ServiceProcess service(String name) {
    return fleet.service(name);
  }

  /// Asks a service to end, waits until it has, and starts it again.
  void stopAndRestart(String name) {
    try {
      fleet.service(name).stopAndRestart();
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
    return Admin.create(Map.<String, Object>of("bootstrap.servers", fleet.bootstrapServers()));
  }

  /// What the services have said.
  String logs() {
    return fleet.logs();
  }

  @Override
  public void close() {
    fleet.close();
  }
}
