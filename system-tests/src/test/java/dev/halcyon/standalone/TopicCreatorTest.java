package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.services.common.TopicCatalogue;
import dev.halcyon.services.common.TopicCreator;
import dev.halcyon.services.common.TopicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Topics on a real broker.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TopicCreatorTest {
  private Admin admin;
  private TopicCreator creator;

  @BeforeEach
  void connect() throws Exception {
    admin = Admin.create(Map.<String, Object>of("bootstrap.servers", SuiteBroker.emptied()));
    creator = new TopicCreator(admin, (short) -1);
  }

  @AfterEach
  void disconnect() {
    admin.close();
  }

  @Test
  void everyServiceMayCreateAllTopics() throws Exception {
    List<TopicSpec> specs = TopicCatalogue.specs(4, 2);

    creator.create(specs);
    creator.create(specs);

    for (TopicSpec spec : specs) {
      assertThat(partitions(spec.name())).as(spec.name()).isEqualTo(spec.partitions());
      Config config = config(spec.name());
      spec.config()
          .forEach((key, value) ->
              assertThat(config.get(key).value()).as(spec.name() + " " + key).isEqualTo(value));
    }
  }

  /// Whoever comes second is told that a topic exists before the broker knows it.
  @Test
  void servicesThatStartAtOnceCreateTopicsTogether() throws Exception {
    List<TopicSpec> specs = TopicCatalogue.specs(4, 2);
    List<Future<?>> creations = new ArrayList<>();
    try (ExecutorService services = Executors.newFixedThreadPool(5)) {
      for (int service = 0; service < 5; service++) {
        creations.add(services.submit(() -> creator.create(specs)));
      }
    }
    for (Future<?> creation : creations) {
      creation.get();
    }
    assertThat(admin.listTopics().names().get())
        .containsAll(specs.stream().map(TopicSpec::name).toList());
  }

  /// A broker that makes topics on first use makes them of one partition.
  @Test
  void aTopicThatIsCutOtherwiseIsNamedWithTheSettingThatSaysSo() {
    creator.create(List.of(new TopicSpec("tensors", 1, Map.of())));

    assertThatThrownBy(() -> creator.create(TopicCatalogue.specs(4, 2)))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("topic tensors has 1 partitions, the configuration says 4")
        .hasMessageContaining("halcyon.topics");
  }

  private int partitions(String topic) throws Exception {
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .get()
        .get(topic)
        .partitions()
        .size();
  }

  private Config config(String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin.describeConfigs(List.of(resource)).all().get().get(resource);
  }
}
