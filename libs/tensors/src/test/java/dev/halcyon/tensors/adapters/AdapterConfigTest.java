package dev.halcyon.tensors.adapters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.tensors.InvalidCheckpointException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterConfigTest {
  private static AdapterConfig parse(String fields) {
    return AdapterConfig.parse(
        "adapter_config.json", ("{\"peft_type\": \"LORA\"" + fields + "}").getBytes(UTF_8));
  }

  @Test
  void scalesByAlphaOverRank() {
    AdapterConfig config = parse(", \"r\": 16, \"lora_alpha\": 32");

    assertThat(config.scaling("model.layers.0.self_attn.q_proj")).isEqualTo(2);
    assertThat(config.rank("model.layers.0.self_attn.q_proj")).isEqualTo(16);
  }

  @Test
  void scalesByTheRootOfTheRankWhereItIsRankStabilized() {
    AdapterConfig config = parse(", \"r\": 8, \"lora_alpha\": 3, \"use_rslora\": true");

    assertThat(config.scaling("x")).isCloseTo(3 / Math.sqrt(8), within(1e-15));
  }

  @Test
  void aPatternMatchesTheEndOfANameFromADot() {
    AdapterConfig config =
        parse(
            ", \"r\": 8, \"lora_alpha\": 8, \"rank_pattern\": {\"q_proj\": 4},"
                + " \"alpha_pattern\": {\"^model.layers.1.*\": 2, \"layers.2.mlp\": 16}");

    assertThat(config.rank("model.layers.0.q_proj")).isEqualTo(4);
    assertThat(config.rank("model.layers.0.seq_proj")).isEqualTo(8);
    assertThat(config.scaling("model.layers.1.v_proj")).isEqualTo(0.25);
    assertThat(config.scaling("base.model.layers.1.v_proj")).isEqualTo(1);
    assertThat(config.scaling("model.layers.2.mlp")).isEqualTo(2);
  }

  @Test
  void theDefaultsAreThoseOfPeft() {
    assertThat(parse("").scaling("x")).isEqualTo(1);
    assertThat(parse("").rank("x")).isEqualTo(8);
  }

  @Test
  void aFieldThatIsNotKnownIsRefusedUnlessItIsNeutral() {
    assertThat(parse(", \"use_new_thing\": false, \"new_list\": [], \"new\": null").rank("x"))
        .isEqualTo(8);
    assertThatThrownBy(() -> parse(", \"use_new_thing\": true"))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("use_new_thing is true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ", \"r\": 0",
        ", \"r\": 2.5",
        ", \"r\": \"8\"",
        ", \"lora_alpha\": \"8\"",
        ", \"use_rslora\": 1",
        ", \"rank_pattern\": []",
        ", \"rank_pattern\": {\"q_proj\": -1}",
        ", \"alpha_pattern\": {\"(\": 1}",
      })
  void aValueThatMakesNoSenseIsRefused(String fields) {
    assertThatThrownBy(() -> parse(fields))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("adapter_config.json");
  }

  @Test
  void aConfigWithoutAPeftTypeIsNoAdaptersConfig() {
    assertThatThrownBy(() -> AdapterConfig.parse("a", "{\"r\": 8}".getBytes(UTF_8)))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("no peft_type");
  }

  @Test
  void aPatternThatBacktracksForEverIsRefused() {
    AdapterConfig config = parse(", \"alpha_pattern\": {\"(.*a){12}b\": 1}");

    assertThatThrownBy(() -> config.scaling("a".repeat(200)))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("(.*a){12}b");
  }
}
