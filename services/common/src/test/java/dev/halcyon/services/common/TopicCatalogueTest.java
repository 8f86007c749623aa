package dev.halcyon.services.common;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TopicCatalogueTest {
  private static final Path REFERENCE = Path.of("../../docs/reference/topics.md");
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z-]+)` \\|.*\\| ([^|]+) \\|$", Pattern.MULTILINE);

  private final Map<String, TopicSpec> specs =
      TopicCatalogue.specs(64, 12).stream().collect(toMap(TopicSpec::name, identity()));

  @Test
  void everyTopicHasItsDeadLetters() {
    for (Topic topic : Topic.values()) {
      assertThat(specs).containsKeys(topic.topicName(), topic.topicName() + ".dead-letter");
    }
    assertThat(specs).hasSize(2 * Topic.values().length);
  }

  @Test
  void workIsCutForTheLargestFleetAndJobsAreKeptTogether() {
    assertThat(specs.get("fetch-tasks").partitions()).isEqualTo(64);
    assertThat(specs.get("tensors").partitions()).isEqualTo(64);
    assertThat(specs.get("fisher-tasks").partitions()).isEqualTo(64);
    // Kafka Streams counts a job where its plan, results and events have the same partition.
    assertThat(
            Map.of("job-plans", 12, "tensor-results", 12, "fisher-results", 12, "job-events", 12))
        .allSatisfy((topic, partitions) ->
            assertThat(specs.get(topic).partitions()).as(topic).isEqualTo(partitions));
  }

  @Test
  void recordsAreKeptAsLongAsTheReferenceSays() throws IOException {
    Map<String, String> said = new HashMap<>();
    Matcher row = ROW.matcher(Files.readString(REFERENCE));
    while (row.find()) {
      said.put(row.group(1), row.group(2));
    }
    for (Topic topic : Topic.values()) {
      assertThat(kept(specs.get(topic.topicName())))
          .as(topic.topicName())
          .isEqualTo(said.get(topic.topicName()));
    }
  }

  /// What the code sends fits into what producers send, and that into what topics take.
  @Test
  void sizesOfRecordsAgree() throws IOException {
    Properties shared = new Properties();
    try (InputStream content =
        TopicCatalogue.class.getResourceAsStream("/META-INF/microprofile-config.properties")) {
      shared.load(content);
    }
    int request =
        Integer.parseInt(
            shared.getProperty("mp.messaging.connector.smallrye-kafka.max.request.size"));

    assertThat(request).isEqualTo(TopicCatalogue.LARGEST_REQUEST);
    assertThat(TopicCatalogue.LARGEST_VALUE).isLessThan(request);
    assertThat(specs.values())
        .allSatisfy(spec ->
            assertThat(Integer.parseInt(spec.config().get("max.message.bytes")))
                .isGreaterThan(request));
  }

  private static String kept(TopicSpec spec) {
    return spec.config().get("cleanup.policy").equals("compact")
        ? "newest per job"
        : Duration.ofMillis(Long.parseLong(spec.config().get("retention.ms"))).toDays() + " days";
  }
}
