package dev.halcyon.services.common;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Makes the broker's topics what the catalogue says, as far as they are not there yet.
public final class TopicCreator {
  private static final String ANY = "halcyon";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(20);

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
    begin(specs).await();
  }

  /// Begins to create what is missing.
  Creation begin(List<TopicSpec> specs) {
    Map<String, TopicSpec> byName =
        specs.stream().collect(Collectors.toMap(TopicSpec::name, Function.identity()));
    List<NewTopic> topics = specs.stream().map(this::topic).toList();
    return new Creation(byName, admin.createTopics(topics).values());
  }

  private NewTopic topic(TopicSpec spec) {
    return new NewTopic(spec.name(), spec.partitions(), replicationFactor).configs(spec.config());
  }

  /// Has the broker make its own topics of groups and transactions, which it does when it is first
  /// asked who coordinates one: they are there then when channels need them. The answers are
  /// nothing to wait for.
  void askForCoordinators() {
    var _ = admin.describeConsumerGroups(List.of(ANY));
    var _ = admin.describeTransactions(List.of(ANY));
  }

  /// Topics that are being created.
  final class Creation {
    private final Map<String, TopicSpec> specs;
    private final Map<String, KafkaFuture<Void>> created;

    private Creation(Map<String, TopicSpec> specs, Map<String, KafkaFuture<Void>> created) {
      this.specs = specs;
      this.created = created;
    }

    /// Returns when all are there.
    ///
    /// @throws EnvironmentException as [TopicCreator#create]
    void await() {
      try {
        awaitController();
        check();
      } catch (ExecutionException e) {
        throw new EnvironmentException("cannot create topics: " + e.getCause().getMessage(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EnvironmentException("interrupted while creating topics", e);
      }
    }

    private void awaitController() throws ExecutionException, InterruptedException {
      for (KafkaFuture<Void> topic : created.values()) {
        try {
          topic.get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw e;
          }
        }
      }
    }

    private void check() throws ExecutionException, InterruptedException {
      for (TopicDescription found : described().values()) {
        int wanted = specs.get(found.name()).partitions();
        if (found.partitions().size() != wanted) {
          throw new EnvironmentException(
              "topic %s has %d partitions, the configuration says %d: set halcyon.topics.* to what the broker has"
                  .formatted(found.name(), found.partitions().size(), wanted));
        }
      }
    }

    /// What the controller has created, by this service or another, the brokers know a moment
    /// later.
    private Map<String, TopicDescription> described()
        throws ExecutionException, InterruptedException {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (true) {
        try {
          return admin.describeTopics(specs.keySet()).allTopicNames().get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
              || System.nanoTime() > end) {
            throw e;
          }
          Thread.sleep(PAUSE);
        }
      }
    }
  }
}
