package dev.halcyon.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonProblemTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": 1, // comment\n \"b\": 2}",
        "{\"a\": 1, # comment\n \"b\": 2}",
        "{'a': 1}",
        "{a: 1}",
        "{\"a\": 1,}",
        "[1, 2,]",
        "[1 2]",
        "[1}",
        "{\"a\": [}",
        "{\"a\" 1}",
        "{\"a\": +1}",
        "{\"a\": .5}",
        "{\"a\": 5.}",
        "{\"a\": 01}",
        "{\"a\": undefined}",
        "{\"a\": None}",
        "{\"a\": True}",
        "{\"a\": nan}",
        "{\"a\": \"line\nbreak\"}",
        "{\"a\": \"\\x\"}",
        "{\"a\": \"\\u12\"}",
        "{\"a\": \u0001}",
        "{\"a\": 1, \"a\": 2}",
        "{\"a\": 1",
        "{\"a\": \"x",
        "{\"a\": {\"b\": 1]}",
      })
  void aProblemNamesItsPlaceAndNoOptionOfTheParser(String json) {
    String problem = JsonProblem.of(problem(json));

    assertThat(problem)
        .matches("(?s)line \\d+, column \\d+: .+")
        .doesNotContain("`", "Feature", "REDACTED", "Source", "ALLOW_", "Constraints");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[[[[[[[[[1]]]]]]]]]]",
        "[\"a text that is longer than what is allowed\"]",
        "[12345678901234567890123456789]",
      })
  void aLimitIsSaidWithoutTheParsersOption(String json) {
    JsonProcessingException problem = problem(json);

    assertThat(JsonProblem.isBeyondLimits(problem)).isTrue();
    assertThat(JsonProblem.of(problem)).contains("exceeds the maximum allowed").doesNotContain("`");
  }

  @Test
  void theLineIsTheDocuments() {
    assertThat(JsonProblem.of(problem("\uFEFF{\"a\": 1,\n\n  \"b\": ?}")))
        .startsWith("line 3, column 8: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\uFEFF{\"a\": 1}",
        "{\"a\": NaN, \"b\": Infinity, \"c\": -Infinity}",
        " [1e400, \"größer 😀\"]",
      })
  void whatPythonAndWindowsWriteIsRead(String json) throws IOException {
    walk(json);
  }

  private static JsonProcessingException problem(String json) {
    return catchThrowableOfType(JsonProcessingException.class, () -> walk(json));
  }

  private static void walk(String json) throws IOException {
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(8)
            .maxStringLength(30)
            .maxNumberLength(20)
            .build();
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    try (JsonParser parser = ForeignJson.factory(limits).createParser(ForeignJson.reader(utf8))) {
      while (parser.nextToken() != null) {
        if (parser.currentToken().isNumeric()) {
          parser.getNumberValue();
        } else {
          parser.getText();
        }
      }
    }
  }
}
