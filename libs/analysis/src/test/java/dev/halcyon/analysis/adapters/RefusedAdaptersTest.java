package dev.halcyon.analysis.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.adapters.AdapterConfig;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Configs of adapters that change a base in other ways than LoRA, as PEFT writes them.
class RefusedAdaptersTest {
  static Stream<String> kinds() throws IOException {
    List<String> names = new ArrayList<>();
    names().fieldNames().forEachRemaining(names::add);
    assertThat(names).hasSizeGreaterThan(15);
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void isRefusedByName(String kind) throws IOException {
    byte[] config = Files.readAllBytes(resource("refused/" + kind + ".json"));

    assertThatThrownBy(() -> AdapterConfig.parse("adapter_config.json", config))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining(names().get(kind).asText())
        .hasMessageContaining("merge");
  }

  private static JsonNode names() throws IOException {
    return new ObjectMapper().readTree(resource("refused/names.json").toFile());
  }

  private static Path resource(String name) {
    try {
      return Path.of(RefusedAdaptersTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
