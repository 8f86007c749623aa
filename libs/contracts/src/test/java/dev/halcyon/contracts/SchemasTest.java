package dev.halcyon.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.halcyon.contracts.MessagesTest.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The files of `docs/schemas` and `docs/asyncapi.yaml` say what the records are. To write the
/// schemas anew, run this test with `-Dhalcyon.schemas.write=true`.
class SchemasTest {
  private static final Path DOCS = Path.of("../../docs");
  private static final Path FOLDER = DOCS.resolve("schemas");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern JSON_BLOCK = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

  static Set<String> names() {
    return Schemas.TYPES.keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void aFileIsTheSchemaOfItsRecord(String name) throws IOException {
    String schema = Schemas.of(Schemas.TYPES.get(name)).toPrettyString() + "\n";
    if (Boolean.getBoolean("halcyon.schemas.write")) {
      Files.writeString(file(name), schema);
    }

    assertThat(file(name)).hasContent(schema);
  }

  static List<Message> messages() {
    return MessagesTest.messages();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageIsValid(Message message) throws IOException {
    assertThat(errors(name(message.type()), message.tree())).isEmpty();
  }

  /// A schema that takes everything would pass the test above.
  @ParameterizedTest
  @MethodSource("messages")
  void aMessageThatLacksAFieldIsNotValid(Message message) throws IOException {
    ObjectNode tree = (ObjectNode) message.tree();
    tree.remove(List.of("job_id", "divergence"));

    assertThat(errors(name(message.type()), tree)).isNotEmpty();
  }

  @Test
  void documentedRequestsAreValid() throws IOException {
    String page = Files.readString(DOCS.resolve("reference/compare-request.md"));
    List<String> requests =
        JSON_BLOCK.matcher(page).results().map((MatchResult block) -> block.group(1)).toList();

    assertThat(requests).hasSizeGreaterThan(1);
    for (String request : requests) {
      assertThat(errors("compare-request", JSON.readTree(request))).isEmpty();
    }
  }

  @Test
  void everyFieldAndValueOfARequestIsDocumented() throws IOException {
    String page = Files.readString(DOCS.resolve("reference/compare-request.md"));
    Set<String> words = new TreeSet<>();
    collect(JSON.readTree(file("compare-request").toFile()), words);

    assertThat(words)
        .contains("analyses", "divergence", "text_field", "kl")
        .allSatisfy(word -> assertThat(page).contains("`" + word + "`"));
  }

  private static void collect(JsonNode schema, Set<String> words) {
    schema.path("properties").fieldNames().forEachRemaining(words::add);
    schema.path("enum").forEach(value -> words.add(value.asText()));
    schema.forEach(part -> collect(part, words));
  }

  @Test
  void requestsThatAreRefusedAreNotValid() throws IOException {
    for (String request :
        List.of(
            "{}",
            "{\"fine_tunes\": [\"a\"]}",
            "{\"base\": \"a\", \"fine_tunes\": [\"b\"], \"finetunes\": []}",
            "{\"base\": {\"model\": \"a\", \"name\": \"b\"}}",
            "{\"base\": \"a\", \"fisher\": {\"ranges\": \"many\"}}")) {
      assertThat(errors("compare-request", JSON.readTree(request))).as(request).isNotEmpty();
    }
    assertThat(errors("compare-request", request("{\"base\": \"a\", \"fisher\": {\"ranges\": 2}}")))
        .isEmpty();
    assertThat(errors("cancel-request", request("{\"cancel\": \"j\"}"))).isEmpty();
  }

  @Test
  void theTopicsAreDescribed() throws IOException {
    JsonNode document = new YAMLMapper().readTree(DOCS.resolve("asyncapi.yaml").toFile());
    List<String> topics = new ArrayList<>();
    document.path("channels").forEach(channel -> topics.add(channel.path("address").asText()));

    assertThat(topics)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Topic.values()).map(Topic::topicName).toList());
    assertThat(document.findValuesAsText("$ref"))
        .filteredOn(reference -> !reference.startsWith("#"))
        .isNotEmpty()
        .allSatisfy(reference -> assertThat(DOCS.resolve(reference)).exists());
    assertThat(document.findValuesAsText("$ref"))
        .filteredOn(reference -> reference.startsWith("#"))
        .allSatisfy(
            reference -> assertThat(document.at(reference.substring(1)).isMissingNode()).isFalse());
  }

  private static JsonNode request(String json) throws JsonProcessingException {
    return JSON.readTree(json);
  }

  private static String name(Class<?> type) {
    return Schemas.TYPES.entrySet().stream()
        .filter(entry -> entry.getValue() == type)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private static Path file(String name) {
    return FOLDER.resolve(name + ".schema.json");
  }

  private static List<Error> errors(String name, JsonNode value) throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(JSON.readTree(file(name).toFile()))
        .validate(value);
  }
}
