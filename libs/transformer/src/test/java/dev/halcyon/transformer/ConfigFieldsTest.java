package dev.halcyon.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a field of `config.json` that no architecture reads does to a run.
class ConfigFieldsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama | {'new_switch': false, 'new_size': 0, 'new_list': [], 'new_map': {}, 'new_text':"
            + " ''}",
        "llama | {'use_mrope': 0, 'alibi': false, 'is_causal': true, 'logit_scale': 1,"
            + " 'attention_bias': 0}",
        "llama | {'layer_types': ['full_attention', 'full_attention'], 'no_rope_layers': [1, 1]}",
        "llama | {'sliding_window': 4096, 'use_sliding_window': false}",
        "llama | {'audio_token_id': 9, 'trl_version': '0.24.0', 'embedding_dropout': 0.1}",
        "llama | {'rope_scaling': {}, 'rope_parameters': {'rope_type': 'default', 'factor': 8.0}}",
        "llama | {'architectures': []}",
        "qwen2 | {'attention_bias': true, 'qkv_bias': true, 'sliding_window': 0}",
        "qwen3 | {'qk_norm': true, 'sliding_window': 0}",
        "mistral | {'use_sliding_window': true, 'sliding_window': 0}",
        "gpt2 | {'hidden_size': 16, 'num_hidden_layers': 2, 'n_layer': null, 'bias': true,"
            + " 'head_dim': 4}",
        "gpt_neox | {'head_dim': 4, 'num_key_value_heads': 4, 'is_decoder': true}",
        "gemma2 | {'sliding_window_size': 8, 'query_pre_attn_scalar': 8.0}",
        "phi3 | {'full_attn_mod': 1.0, 'sliding_window': 0}",
        "olmo2 | {'clip_qkv': null, 'qk_norm': true}"
      })
  void aFieldThatIsOffOrNeutralStopsNothing(String architecture, String fields) throws Exception {
    try (OpenedFolder modelFolder = open(architecture, fields, Set.of())) {
      DecoderModel model = modelFolder.model();
      assertThat(model.layers()).isGreaterThan(1);
      assertThat(model.passedOverFields()).isEmpty();
      assertThat(model.remark()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama | {'use_mrope': true} | use_mrope is true (supported: false)",
        "llama | {'is_causal': false} | is_causal is false (supported: true)",
        "llama | {'mlp_bias': true, 'alibi': true} | alibi is true",
        "llama | {'sliding_window': 4096} | sliding_window is 4096",
        "llama | {'sliding_window': 4096, 'use_sliding_window': true} | use_sliding_window is true",
        "llama | {'layer_types': ['full_attention', 'sliding_attention']} | layer_types is [",
        "mistral | {'attention_bias': true} | attention_bias is true",
        "qwen2 | {'use_mrope': true} | use_mrope is true",
        "qwen3 | {'mlp_bias': true} | mlp_bias is true",
        "gpt2 | {'alibi': true} | alibi is true",
        "gpt2 | {'hidden_size': 32} | hidden_size is 32, and n_embd, which means the same, is 16",
        "gpt2 | {'num_key_value_heads': 2} | num_key_value_heads is 2, and n_head is 4",
        "gpt_neox | {'head_dim': 8} | head_dim is 8",
        "gemma2 | {'sliding_window_size': 4} | sliding_window_size is 4, and sliding_window is 8",
        "gemma3_text | {'use_bidirectional_attention': true} | use_bidirectional_attention is true",
        "phi3 | {'full_attn_mod': 2} | full_attn_mod is 2 (supported: 1)",
        "phi3 | {'lm_head_bias': true} | lm_head_bias is true",
        "olmo2 | {'clip_qkv': 8.0} | clip_qkv is 8.0"
      })
  void aFieldThatChangesTheModelIsRefusedAndCannotBeAllowed(
      String architecture, String fields, String message) {
    Set<String> allowed =
        Set.of("use_mrope", "is_causal", "mlp_bias", "alibi", "sliding_window", "clip_qkv");

    assertThatThrownBy(() -> open(architecture, fields, allowed))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anUnknownFieldIsRefusedWithTheOptionThatAllowsIt() throws Exception {
    String fields =
        "{'new_scale': 0.5, 'rope_scaling': {'type': 'linear', 'factor': 2, 'twist': 3}}";

    assertThatThrownBy(() -> open("llama", fields, Set.of("twist")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("new_scale is 0.5; rope_scaling.twist is 3")
        .hasMessageContaining(
            "--allow-config-field new_scale --allow-config-field rope_scaling.twist");
    try (OpenedFolder modelFolder =
        open("llama", fields, Set.of("new_scale", "rope_scaling.twist", "x"))) {
      DecoderModel model = modelFolder.model();
      assertThat(model.passedOverFields())
          .isEqualTo(Map.of("new_scale", "0.5", "rope_scaling.twist", "3"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama, LlamaForSequenceClassification",
    "qwen2, Qwen2ForRewardModel",
    "mistral, MistralForTokenClassification",
    "llama, LlamaForCausalLMEagle3",
    "gemma2, SomeEncoder"
  })
  void aModelForAnotherTaskIsRefusedUnlessItIsAllowed(String architecture, String name)
      throws Exception {
    String fields = "{'architectures': ['%s']}".formatted(name);

    assertThatThrownBy(() -> open(architecture, fields, Set.of()))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("architectures is " + name + ", which is no causal language model")
        .hasMessageContaining("--allow-config-field architectures");
    try (OpenedFolder modelFolder = open(architecture, fields, Set.of("architectures"))) {
      DecoderModel model = modelFolder.model();
      assertThat(model.passedOverFields()).isEqualTo(Map.of("architectures", name));
      assertThat(model.remark()).hasValueSatisfying(remark -> assertThat(remark).contains(name));
    }
  }

  @Test
  void aBackboneIsComputedWithItsEmbeddingAndSaysSo() throws Exception {
    try (OpenedFolder modelFolder = backbone(true)) {
      DecoderModel model = modelFolder.model();
      assertThat(model.remark())
          .hasValueSatisfying(remark ->
              assertThat(remark)
                  .contains("LlamaModel", "output matrix is model.embed_tokens.weight"));
    }
  }

  @Test
  void namesOfABackboneAreSaidWhateverTheConfigSays() throws Exception {
    try (OpenedFolder bareFolder = OpenedFolder.open(GoldenCase.named("llama-tied").folder());
        OpenedFolder gpt2Folder = OpenedFolder.open(GoldenCase.named("gpt2").folder())) {
      DecoderModel bare = bareFolder.model();
      DecoderModel gpt2 = gpt2Folder.model();
      assertThat(bare.remark())
          .hasValueSatisfying(remark ->
              assertThat(remark).contains("backbone", "output matrix is embed_tokens.weight"));
      assertThat(gpt2.remark()).isEmpty();
    }
  }

  @Test
  void aBackboneWithoutOutputMatrixIsRefused() {
    assertThatThrownBy(() -> backbone(false))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("architectures is LlamaModel")
        .hasMessageContaining("no lm_head.weight");
  }

  /// The tensors of a tied model, saved from its backbone.
  private OpenedFolder backbone(boolean tied) throws IOException {
    PublicCheckpoint llama =
        PublicCheckpoint.all().stream()
            .filter(each -> each.name().equals("meta-llama/Llama-3.2-1B"))
            .findFirst()
            .orElseThrow();
    ObjectNode config = llama.config().deepCopy();
    config.putArray("architectures").add("LlamaModel");
    config.put("tie_word_embeddings", tied);
    return OpenedFolder.open(llama.write(folder, config));
  }

  @Test
  void layersBeyondTheConfigAreUnused() throws Exception {
    try (OpenedFolder modelFolder = open("llama", "{'num_hidden_layers': 1}", Set.of())) {
      DecoderModel model = modelFolder.model();
      assertThat(model.unused().weights())
          .hasSize(9)
          .allMatch(name -> name.startsWith("model.layers.1."));
      assertThat(model.unused().buffers()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "h.0.attn.bias, true",
    "transformer.h.11.attn.masked_bias, true",
    "gpt_neox.layers.3.attention.bias, true",
    "gpt_neox.layers.3.attention.masked_bias, true",
    "gpt_neox.layers.3.attention.rotary_emb.inv_freq, true",
    "model.layers.0.self_attn.rotary_emb.inv_freq, true",
    "model.rotary_emb.inv_freq, true",
    "score.weight, false",
    "v_head.summary.weight, false",
    "model.layers.9.self_attn.q_proj.bias, false",
    "h.0.attn.c_attn.bias, false"
  })
  void masksAndRotaryFrequenciesAreBuffers(String tensor, boolean buffer) {
    UnusedTensors unused = UnusedTensors.of(Set.of(tensor), Set.of());

    assertThat(unused.buffers().contains(tensor)).isEqualTo(buffer);
    assertThat(unused.weights().contains(tensor)).isEqualTo(!buffer);
  }

  /// The first checkpoint of an architecture with some fields set.
  private OpenedFolder open(String architecture, String fields, Set<String> allowed)
      throws IOException {
    ObjectNode config = config(architecture, fields);
    byte[] content = config.toString().getBytes(StandardCharsets.UTF_8);
    return OpenedFolder.open(checkpoint(architecture), content, allowed);
  }

  private Path checkpoint(String architecture) throws IOException {
    PublicCheckpoint first = first(architecture);
    return first.write(folder.resolve(architecture + System.nanoTime()), first.config());
  }

  private static ObjectNode config(String architecture, String fields) throws IOException {
    ObjectNode config = first(architecture).config().deepCopy();
    ((ObjectNode) MAPPER.readTree(fields.replace('\'', '"')))
        .properties()
        .forEach(field -> config.set(field.getKey(), field.getValue()));
    return config;
  }

  private static PublicCheckpoint first(String architecture) {
    return PublicCheckpoint.all().stream()
        .filter(each -> each.architecture().equals(architecture))
        .findFirst()
        .orElseThrow();
  }
}
