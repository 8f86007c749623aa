package dev.halcyon.contracts.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FisherRangesTest {
  private static FisherSettings read(String json) {
    return Json.read(json.getBytes(UTF_8), FisherSettings.class);
  }

  @Test
  void theyAreChosenByTheWorkUnlessTheRequestSays() {
    assertThat(read("{}").ranges()).isEqualTo(FisherSettings.AUTO);
    assertThat(read("{\"ranges\": \"auto\"}").ranges()).isEqualTo(FisherSettings.AUTO);
    assertThat(read("{\"ranges\": null}").ranges()).isEqualTo(FisherSettings.AUTO);
    assertThat(read("{\"ranges\": 4}").ranges()).isEqualTo(4);
  }

  @Test
  void theyAreWrittenAsTheyAreRead() {
    assertThat(Json.tree(read("{\"ranges\": \"auto\"}")).get("ranges").asText()).isEqualTo("auto");
    assertThat(Json.tree(read("{\"ranges\": 4}")).get("ranges").asInt()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "21", "\"many\"", "[]", "1.5"})
  void anythingElseIsRefused(String ranges) {
    assertThatThrownBy(() -> read("{\"ranges\": %s}".formatted(ranges)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("ranges");
  }
}
