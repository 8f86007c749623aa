package dev.halcyon.tensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShardIndexTest {
  @Test
  void otherFieldsArePassedOver() {
    ShardIndex index =
        parse(
            """
            {"metadata": {"total_size": 1.5e3, "nested": [{"weight_map": {"x": 1}}]},
             "weight_map": {"b": "2.safetensors", "a": "1.safetensors", "c": "1.safetensors"}}
            """);
    assertThat(index.shards()).containsExactly("1.safetensors", "2.safetensors");
    assertThat(index.shardOf()).containsEntry("c", "1.safetensors").hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../other/model.safetensors",
        "/etc/model.safetensors",
        "sub/model.safetensors",
        "..\\\\model.safetensors",
        "C:model.safetensors",
        "model.bin",
        "..",
        "",
        "a\\u0000.safetensors",
        "a\\n.safetensors"
      })
  void aShardIsAPlainFileName(String shard) {
    assertThatThrownBy(() -> parse("{\"weight_map\": {\"a\": \"" + shard + "\"}}"))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageStartingWith("[index.json] tensor a: its shard ")
        .hasMessageEndingWith(" is not the name of a .safetensors file beside the index");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{}",
        "{\"weight_map\": {}}",
        "{\"weight_map\": []}",
        "{\"weight_map\": null}",
        "{\"weight_map\": {\"a\": 1}}",
        "{\"weight_map\": {\"a\": \"1.safetensors\", \"a\": \"2.safetensors\"}}",
        "{\"weight_map\": {\"a\": \"1.safetensors\"}, \"weight_map\": {}}",
        "{\"weight_map\": {\"a\": \"1.safetensors\"}} {}",
        "{\"weight_map\": {\"a\": \"1.safetensors\"}"
      })
  void anythingElseIsRefused(String json) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageStartingWith("[index.json] ");
  }

  @Test
  void nestingIsBounded() {
    assertThatThrownBy(() -> parse("{\"metadata\": " + "[".repeat(100_000)))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageStartingWith("[index.json] index is beyond what is read");
  }

  @Test
  void theNumberOfPartsIsBounded() {
    String many = "1,".repeat(SafetensorsHeader.MAX_TOKENS);
    assertThatThrownBy(() -> parse("{\"metadata\": [" + many))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageStartingWith("[index.json] index is beyond what is read")
        .hasMessageContaining("4000000");
  }

  private static ShardIndex parse(String json) {
    return ShardIndex.parse("index.json", json.getBytes(UTF_8));
  }
}
