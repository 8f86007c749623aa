package dev.halcyon.analysis.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorNameTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model.layers.11.self_attn.q_proj.weight | layer_11 | self_attn.q_proj | ATTENTION",
        "model.layers.0.self_attn.q_proj.bias | layer_0 | self_attn.q_proj.bias | ATTENTION",
        "layers.3.mlp.down_proj.weight | layer_3 | mlp.down_proj | MLP",
        "model.layers.3.input_layernorm.weight | layer_3 | input_layernorm | NORM",
        "model.layers.3.post_attention_layernorm.weight | layer_3 | post_attention_layernorm |"
            + " NORM",
        "model.layers.3.self_attn.q_norm.weight | layer_3 | self_attn.q_norm | ATTENTION",
        "model.layers.3.pre_feedforward_layernorm.weight | layer_3 | pre_feedforward_layernorm |"
            + " NORM",
        "model.layers.3.mlp.experts.17.gate_proj.weight | layer_3 | mlp.experts.17.gate_proj | MLP",
        "model.layers.3.block_sparse_moe.gate.weight | layer_3 | block_sparse_moe.gate | MLP",
        "model.embed_tokens.weight | embeddings | embed_tokens | EMBEDDING",
        "model.norm.weight | final_norm | norm | NORM",
        "lm_head.weight | lm_head | lm_head | HEAD",
        "transformer.h.5.attn.c_attn.weight | layer_5 | attn.c_attn | ATTENTION",
        "h.5.mlp.c_fc.bias | layer_5 | mlp.c_fc.bias | MLP",
        "h.5.ln_1.weight | layer_5 | ln_1 | NORM",
        "h.5.ln_2.bias | layer_5 | ln_2.bias | NORM",
        "transformer.wte.weight | embeddings | wte | EMBEDDING",
        "wpe.weight | embeddings | wpe | EMBEDDING",
        "ln_f.bias | final_norm | ln_f.bias | NORM",
        "gpt_neox.layers.2.attention.query_key_value.weight | layer_2 | attention.query_key_value |"
            + " ATTENTION",
        "gpt_neox.layers.2.mlp.dense_h_to_4h.weight | layer_2 | mlp.dense_h_to_4h | MLP",
        "gpt_neox.embed_in.weight | embeddings | embed_in | EMBEDDING",
        "gpt_neox.final_layer_norm.weight | final_norm | final_layer_norm | NORM",
        "embed_out.weight | lm_head | embed_out | HEAD",
        "model.decoder.layers.1.fc1.weight | layer_1 | fc1 | MLP",
        "model.language_model.layers.1.mlp.up_proj.weight | layer_1 | mlp.up_proj | MLP",
        "language_model.model.layers.1.mlp.up_proj.weight | layer_1 | mlp.up_proj | MLP",
        "vision_tower.encoder.layers.1.self_attn.q_proj.weight | vision_tower.encoder.layer_1 |"
            + " vision_tower.encoder.self_attn.q_proj | ATTENTION",
        "model.vision_tower.encoder.layers.1.mlp.fc1.weight | vision_tower.encoder.layer_1 |"
            + " vision_tower.encoder.mlp.fc1 | MLP",
        "visual.blocks.4.attn.qkv.weight | visual.layer_4 | visual.attn.qkv | ATTENTION",
        "bert.encoder.layer.7.attention.self.query.weight | layer_7 | attention.self.query |"
            + " ATTENTION",
        "encoder.layer.7.output.LayerNorm.bias | layer_7 | output.LayerNorm.bias | NORM",
        "encoder.layer.7.output.dense.weight | layer_7 | output.dense | MLP",
        "bert.embeddings.word_embeddings.weight | embeddings | embeddings.word_embeddings |"
            + " EMBEDDING",
        "transformer.h.0.self_attention.dense.weight | layer_0 | self_attention.dense | ATTENTION",
        "transformer.h.0.ln_attn.weight | layer_0 | ln_attn | NORM",
        "model.layers.0.linear_attn.in_proj.weight | layer_0 | linear_attn.in_proj | ATTENTION",
        "model.layers.0.mlp.experts.gate_up_proj | layer_0 | mlp.experts.gate_up_proj | MLP",
        "model.layers.0.mixer.A_log | layer_0 | mixer.A_log | OTHER",
        "transformer.embedding.word_embeddings.weight | embeddings | embedding.word_embeddings |"
            + " EMBEDDING",
        "transformer.encoder.layers.3.mlp.dense_h_to_4h.weight | layer_3 | mlp.dense_h_to_4h | MLP",
        "transformer.encoder.final_layernorm.weight | final_norm | final_layernorm | NORM",
        "transformer.output_layer.weight | lm_head | output_layer | HEAD",
        "transformer.blocks.2.ffn.up_proj.weight | layer_2 | ffn.up_proj | MLP",
        "transformer.norm_f.weight | final_norm | norm_f | NORM",
        "model.tok_embeddings.weight | embeddings | tok_embeddings | EMBEDDING",
        "output.weight | lm_head | output | HEAD",
        "shared.weight | embeddings | shared | EMBEDDING",
        "encoder.embed_tokens.weight | embeddings | encoder.embed_tokens | EMBEDDING",
        "encoder.final_layer_norm.weight | final_norm | encoder.final_layer_norm | NORM",
        "encoder.block.1.layer.0.SelfAttention.q.weight | encoder.layer_1 |"
            + " encoder.layer.0.SelfAttention.q | OTHER",
        "model.layers.weight | other | layers | OTHER",
        "model.layers.99999999999.x.weight | other | layers.99999999999.x | OTHER",
        "model.weight | other | model | OTHER",
        "multi_modal_projector.linear_1.weight | other | multi_modal_projector.linear_1 | OTHER",
        "something | other | something | OTHER",
        "weight | other | weight | OTHER",
      })
  void keysAreTakenApart(String key, String layer, String component, ComponentGroup group) {
    TensorName name = TensorName.parse(key);

    assertThat(name.layerName()).isEqualTo(layer);
    assertThat(name.component()).isEqualTo(component);
    assertThat(name.group()).isEqualTo(group);
  }

  @Test
  void namesAreOrderedAsAForwardPassMeetsThem() {
    List<String> expected =
        List.of(
            "model.embed_tokens.weight",
            "model.layers.2.input_layernorm.weight",
            "model.layers.2.self_attn.q_proj.weight",
            "model.layers.2.self_attn.q_proj.bias",
            "model.layers.2.self_attn.k_proj.weight",
            "model.layers.2.self_attn.v_proj.weight",
            "model.layers.2.self_attn.o_proj.weight",
            "model.layers.2.post_attention_layernorm.weight",
            "model.layers.2.mlp.gate_proj.weight",
            "model.layers.2.mlp.up_proj.weight",
            "model.layers.2.mlp.down_proj.weight",
            "model.layers.10.input_layernorm.weight",
            "model.norm.weight",
            "lm_head.weight",
            "something.else");

    List<String> sorted =
        expected.stream().sorted().map(TensorName::parse).sorted().map(TensorName::key).toList();

    assertThat(sorted).isEqualTo(expected);
  }

  @Test
  void expertsAreOrderedByTheirNumbers() {
    List<String> expected =
        List.of(
            "layers.0.mlp.gate.weight",
            "layers.0.mlp.experts.2.gate_proj.weight",
            "layers.0.mlp.experts.10.gate_proj.weight",
            "layers.0.mlp.experts.2.down_proj.weight",
            "layers.0.mlp.experts.10.down_proj.weight");

    List<String> sorted =
        expected.stream().sorted().map(TensorName::parse).sorted().map(TensorName::key).toList();

    assertThat(sorted).isEqualTo(expected);
  }

  @Test
  void keysOfAnyLengthAndShapeAreTakenApart() {
    for (String piece : List.of("model.", ".", "layers.", "norm", "layers.1.", "9")) {
      String key = piece.repeat(10_000);

      assertThat(TensorName.parse(key).key()).isEqualTo(key);
      assertThat(TensorName.parse(key).group()).isNotNull();
      assertThat(TensorName.parse(key)).isEqualByComparingTo(TensorName.parse(key));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "q_proj, true",
    "q_proj.weight, true",
    "self_attn.q_proj, true",
    "model.layers.0.self_attn.q_proj.weight, true",
    "proj, false",
    "attn.q_proj, false",
    "q_proj.bias, false",
    "k_proj, false",
    "weight, true"
  })
  void suffixesMatchAtDots(String suffix, boolean matches) {
    TensorName name = TensorName.parse("model.layers.0.self_attn.q_proj.weight");

    assertThat(name.matches(List.of("none", suffix))).isEqualTo(matches);
  }

  @Test
  void aBiasIsMatchedOnlyByItsOwnSuffix() {
    TensorName bias = TensorName.parse("model.layers.0.self_attn.q_proj.bias");

    assertThat(bias.matches(List.of("q_proj"))).isFalse();
    assertThat(bias.matches(List.of("q_proj.bias"))).isTrue();
  }

  /// ChatGLM, Falcon, MPT, InternLM, Baichuan, T5.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "transformer.embedding.word_embeddings.weight",
        "transformer.output_layer.weight",
        "transformer.word_embeddings.weight",
        "lm_head.weight",
        "transformer.wte.weight",
        "model.tok_embeddings.weight",
        "output.weight",
        "model.embed_tokens.weight",
        "shared.weight",
        "encoder.embed_tokens.weight",
        "decoder.embed_tokens.weight"
      })
  void embeddingsAndHeadsOfEachFamilyAreKnown(String key) {
    assertThat(TensorName.parse(key).isEmbeddingOrHead()).isTrue();
  }

  @Test
  void onlyEmbeddingsAndHeadsHaveTheVocabularysRows() {
    assertThat(Stream.of("model.embed_tokens.weight", "lm_head.weight", "wte.weight"))
        .allMatch(key -> TensorName.parse(key).isEmbeddingOrHead());
    assertThat(Stream.of("model.norm.weight", "model.layers.0.mlp.up_proj.weight"))
        .noneMatch(key -> TensorName.parse(key).isEmbeddingOrHead());
    assertThat(Stream.of("wpe.weight", "model.decoder.embed_positions.weight", "score.weight"))
        .noneMatch(key -> TensorName.parse(key).isEmbeddingOrHead());
  }
}
