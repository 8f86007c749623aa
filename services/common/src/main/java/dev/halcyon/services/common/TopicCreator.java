package dev.halcyon.services.common;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.TopicExistsException;

/// Makes the broker's topics what the catalogue says, as far as they are not there yet.
public final class TopicCreator {
  private final Admin admin;
  private final short replicationFactor;

  /// @param replicationFactor copies of each partition; -1 for the broker's default
  public TopicCreator(Admin admin, short replicationFactor) {
    this.admin = admin;
    this.replicationFactor = replicationFactor;
  }

  /// Creates what is missing; another service may do the same at the same time.
  ///
  /// @throws EnvironmentException where the broker is out of reach, or has a topic with other
  ///   partitions than the catalogue
  public void create(List<TopicSpec> specs) {
    try {
      createMissing(specs);
      check(specs);
    } catch (ExecutionException e) {
      throw new EnvironmentException("cannot create topics: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnvironmentException("interrupted while creating topics", e);
    }
  }

  private void createMissing(List<TopicSpec> specs)
      throws ExecutionException, InterruptedException {
    var missing = specs.stream().map(this::topic).toList();
    for (var creation : admin.createTopics(missing).values().values()) {
      try {
        creation.get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }

  private NewTopic topic(TopicSpec spec) {
    return new NewTopic(spec.name(), spec.partitions(), replicationFactor).configs(spec.config());
  }

  private void check(List<TopicSpec> specs) throws ExecutionException, InterruptedException {
    Map<String, TopicSpec> byName =
        specs.stream().collect(Collectors.toMap(TopicSpec::name, spec -> spec));
    for (TopicDescription found :
        admin.describeTopics(byName.keySet()).allTopicNames().get().values()) {
      int wanted = byName.get(found.name()).partitions();
      if (found.partitions().size() != wanted) {
        throw new EnvironmentException(
            "topic %s has %d partitions, the configuration says %d: set halcyon.topics.* to what the broker has"
                .formatted(found.name(), found.partitions().size(), wanted));
      }
    }
  }
}
