package dev.halcyon.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSupportTest {
  private static final Path LLAMA = GoldenCase.named("llama-dynamic").folder();

  @TempDir Path folder;

  @Test
  void parametersAreThoseOfTheCheckpointAndATiedHeadIsNone() throws Exception {
    try (OpenedFolder modelFolder = OpenedFolder.open(GoldenCase.named("llama-tied").folder())) {
      DecoderModel model = modelFolder.model();
      assertThat(model.tied()).isTrue();
      assertThat(model.parameters()).hasSize(1 + 2 * 9 + 1);
      assertThat(model.parameters().getFirst().name()).isEqualTo("embed_tokens.weight");
      assertThat(model.unused().weights()).isEmpty();
    }
  }

  @Test
  void tensorsWithoutUseAreNamed() throws Exception {
    try (OpenedFolder modelFolder = OpenedFolder.open(GoldenCase.named("gpt2").folder())) {
      DecoderModel model = modelFolder.model();
      assertThat(model.unused().buffers()).containsExactly("h.0.attn.bias", "h.1.attn.bias");
    }
  }

  @Test
  void anUnknownArchitectureIsRefusedWithAListOfThoseKnown() {
    assertThatThrownBy(() -> open("\"llama\"", "\"mamba\""))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("model_type is mamba")
        .hasMessageContaining("llama, ")
        .hasMessageContaining("gpt2");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"residual_multiplier\": 0.22', residual_multiplier",
    "'\"quantization_config\": {\"bits\": 4}', quantization_config",
    "'\"use_bidirectional_attention\": true', use_bidirectional_attention",
    "'\"rope_interleaved\": true', rope_interleaved",
    "'\"partial_rotary_factor\": 0.5', partial_rotary_factor",
    "'\"per_layer_config\": {\"1\": {\"hidden_act\": \"relu\"}}', per_layer_config"
  })
  void aFieldThatMayChangeTheNumbersIsRefused(String field, String name) {
    assertThatThrownBy(() -> open("\"vocab_size\"", field + ", \"vocab_size\""))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining(name);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"temperature\": 0.6'",
    "'\"quantization_config\": {\"quant_method\": \"fp8\", \"activation_scheme\": \"dynamic\"}'",
    "'\"_name_or_path\": \"org/model\"'",
    "'\"attention_dropout\": 0.1'",
    "'\"residual_multiplier\": null'",
    "'\"use_bidirectional_attention\": false'"
  })
  void aFieldThatCannotChangeTheNumbersIsPassedOver(String field) throws Exception {
    try (OpenedFolder modelFolder = open("\"vocab_size\"", field + ", \"vocab_size\"")) {
      DecoderModel model = modelFolder.model();
      assertThat(model.layers()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'\"type\": \"dynamic\"', '\"type\": \"longest\"', rope_type is longest",
    "'\"factor\": 3.0', '\"factor\": -1', factor is -1.0",
    "'\"factor\": 3.0', '\"factor\": 3.0, \"stretch\": 2', rope_scaling.stretch is 2",
    "'\"factor\": 3.0', '\"stretch\": 3.0', rope_scaling.factor is missing",
    "'\"gelu\"', '\"laplace\"', hidden_act is laplace",
    "'\"hidden_size\": 24', '\"hidden_size\": 24.5', hidden_size is 24.5",
    "'\"hidden_size\": 24', '\"hidden_size\": 0', hidden_size is 0",
    "'\"hidden_size\": 24,', '', hidden_size is missing",
    "'\"num_key_value_heads\": 2', '\"num_key_value_heads\": 3', num_key_value_heads is 3",
    "'\"intermediate_size\": 40', '\"intermediate_size\": 48', 40x24",
    "'\"num_hidden_layers\": 2', '\"num_hidden_layers\": 3', model.layers.2",
    "'\"num_hidden_layers\": 2', '\"num_hidden_layers\": 16000000', at most 4096",
    "'\"vocab_size\": 61', '\"vocab_size\": 61, \"vocab_size\": 61', not JSON"
  })
  void aConfigThatDoesNotFitIsRefused(String field, String instead, String message) {
    assertThatThrownBy(() -> open(field, instead))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "gemma3, '\"rope_type\": \"linear\"', '\"type\": \"linear\"', rope_scaling.type",
    "gemma3, '\"attn_logit_softcapping\": null', '\"attn_logit_softcapping\": 50',"
        + " attn_logit_softcapping",
    "phi3, '\"attention_bias\": false', '\"attention_bias\": true', attention_bias",
    "phi3, '\"type\": \"longrope\"', '\"type\": \"linear\"', 'is linear, supported here: default,"
        + " longrope'",
    "gpt_neox, '\"rotary_pct\": 0.5', '\"rotary_pct\": 0.5, \"rope_theta\": 77', rope_theta is"
        + " 77",
    "gpt_neox, '\"rotary_pct\": 0.5', '\"rotary_pct\": 0.4', an even number",
    "mistral, '\"num_key_value_heads\": 2,', '', num_key_value_heads is missing",
    "mistral, '\"sliding_window\": 5', '\"sliding_window\": -5', sliding_window is -5",
    "gemma2-uncapped, '\"sliding_attention\"', '\"linear_attention\"', linear_attention",
    "gpt2, '\"n_head\": 3', '\"n_head\": 5', 'n_head is 5, which does not divide 24'",
    "gpt2, '\"n_layer\": 2,', '', n_layer is missing"
  })
  void eachArchitectureRefusesWhatItDoesNotCompute(
      String name, String field, String instead, String message) {
    assertThatThrownBy(() -> open(GoldenCase.named(name).folder(), field, instead))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(message);
  }

  /// The llama case with a change in its config.
  private OpenedFolder open(String field, String instead) throws IOException {
    return open(LLAMA, field, instead);
  }

  private OpenedFolder open(Path original, String field, String instead) throws IOException {
    String config = Files.readString(original.resolve("config.json"));
    assertThat(config).contains(field);
    return OpenedFolder.open(
        TinyCheckpoint.withConfig(
            original, folder.resolve("model"), config.replace(field, instead)));
  }
}
