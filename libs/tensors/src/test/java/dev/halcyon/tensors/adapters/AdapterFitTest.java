package dev.halcyon.tensors.adapters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.adapters.AdapterTensors.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterFitTest {
  private static final String Q = "layers.0.self_attn.q_proj";

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, Shape> base = new LinkedHashMap<>();
  private String config = "";

  private void tensor(String name, long... shape) {
    tensors.put(name, new Tensor(name, DType.F32, Shape.of(shape)));
  }

  /// LoRA of rank 8 on a module.
  private void lora(String module, long out, long in) {
    tensor("base_model.model." + module + ".lora_A.weight", 8, in);
    tensor("base_model.model." + module + ".lora_B.weight", out, 8);
  }

  private SortedMap<String, AdapterChange> fit() {
    return AdapterFit.of(
        AdapterConfig.parse("config", ("{\"peft_type\": \"LORA\"" + config + "}").getBytes(UTF_8)),
        new AdapterTensors("adapter", tensors),
        base);
  }

  private AdapterChange.LowRank lowRank(String name) {
    return (AdapterChange.LowRank) fit().get(name);
  }

  @ParameterizedTest
  @CsvSource({
    "model.layers, model.layers",
    "model.layers, layers",
    "layers, model.layers",
    "model.layers, language_model.model.layers",
    "model.layers, model.language_model.layers",
    "model.model.layers, model.layers",
    "transformer.layers, module.layers",
  })
  void findsModulesWhoseNamesHaveAnotherPrefix(String inAdapter, String inBase) {
    for (int layer = 0; layer < 12; layer++) {
      base.put(inBase + "." + layer + ".self_attn.q_proj.weight", Shape.of(32, 16));
      lora(inAdapter + "." + layer + ".self_attn.q_proj", 32, 16);
    }

    assertThat(fit().keySet()).isEqualTo(base.keySet());
    assertThat(lowRank(inBase + ".11.self_attn.q_proj.weight").a())
        .isEqualTo("base_model.model." + inAdapter + ".11.self_attn.q_proj.lora_A.weight");
  }

  @Test
  void theHeadMayBeOutsideThePrefix() {
    base.put("model.language_model.layers.0.mlp.up_proj.weight", Shape.of(32, 16));
    base.put("lm_head.weight", Shape.of(64, 16));
    lora("model.layers.0.mlp.up_proj", 32, 16);
    lora("lm_head", 64, 16);

    assertThat(fit().keySet())
        .containsExactly("lm_head.weight", "model.language_model.layers.0.mlp.up_proj.weight");
  }

  @Test
  void aPrefixDoesNotLeadToAnotherLayer() {
    base.put("model.layers.1.self_attn.q_proj.weight", Shape.of(32, 16));
    lora("model." + Q, 32, 16);

    assertThatThrownBy(this::fit)
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("no module model." + Q)
        .hasMessageContaining("model.layers.1.self_attn.q_proj.weight");
  }

  @Test
  void twoTowersThatCouldBeMeantAreNamed() {
    base.put("text." + Q + ".weight", Shape.of(32, 16));
    base.put("vision." + Q + ".weight", Shape.of(32, 16));
    lora(Q, 32, 16);

    assertThatThrownBy(this::fit)
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("text." + Q)
        .hasMessageContaining("vision." + Q);
  }

  @Test
  void aHeadThatTheBaseTiesToItsEmbeddingIsATensorOfTheAdapterAlone() {
    base.put("model.embed_tokens.weight", Shape.of(64, 16));
    lora("lm_head", 64, 16);

    assertThat(fit().keySet()).containsExactly("lm_head.weight");
    assertThat(lowRank("lm_head.weight").weight()).isEqualTo("model.embed_tokens.weight");
  }

  @Test
  void anEmbeddingIsStoredTransposed() {
    base.put("model.embed_tokens.weight", Shape.of(64, 16));
    tensor("base_model.model.model.embed_tokens.lora_embedding_A", 8, 64);
    tensor("base_model.model.model.embed_tokens.lora_embedding_B", 16, 8);

    assertThat(lowRank("model.embed_tokens.weight").transposed()).isTrue();
  }

  @Test
  void anEmbeddingWhoseVocabularyWasResizedIsTheAdaptersOwn() {
    base.put("model.embed_tokens.weight", Shape.of(64, 16));
    tensor("base_model.model.model.embed_tokens.lora_embedding_A", 8, 66);
    tensor("base_model.model.model.embed_tokens.lora_embedding_B", 16, 8);
    tensor("base_model.model.model.embed_tokens.base_layer.weight", 66, 16);

    assertThat(lowRank("model.embed_tokens.weight").instead())
        .isEqualTo(Optional.of("base_model.model.model.embed_tokens.base_layer.weight"));
  }

  @Test
  void aSquareWeightIsStoredAsTheOthersAre() {
    base.put("h.0.attn.c_attn.weight", Shape.of(16, 48));
    base.put("h.0.attn.c_proj.weight", Shape.of(16, 16));
    lora("transformer.h.0.attn.c_attn", 48, 16);
    lora("transformer.h.0.attn.c_proj", 16, 16);

    assertThat(lowRank("h.0.attn.c_proj.weight").transposed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void theConfigSaysHowSquareWeightsAreStoredWhereThereAreNoOthers(boolean fanInFanOut) {
    config = ", \"fan_in_fan_out\": " + fanInFanOut;
    base.put("h.0.attn.c_proj.weight", Shape.of(16, 16));
    lora("transformer.h.0.attn.c_proj", 16, 16);

    assertThat(lowRank("h.0.attn.c_proj.weight").transposed()).isEqualTo(fanInFanOut);
  }

  @Test
  void savedModulesAndBiasesTakeThePlaceOfTheBases() {
    base.put(Q + ".weight", Shape.of(32, 16));
    base.put(Q + ".bias", Shape.of(32));
    base.put("norm.weight", Shape.of(16));
    lora("model." + Q, 32, 16);
    tensor("base_model.model.model." + Q + ".base_layer.bias", 32);
    tensor("base_model.model.model.norm.modules_to_save.default.weight", 16);
    tensor("base_model.model.model.norm.original_module.weight", 16);
    tensor("base_model.model.score.weight", 2, 16);

    assertThat(fit())
        .containsEntry(
            Q + ".bias",
            new AdapterChange.Replacement("base_model.model.model." + Q + ".base_layer.bias"))
        .containsEntry(
            "norm.weight",
            new AdapterChange.Replacement(
                "base_model.model.model.norm.modules_to_save.default.weight"))
        .containsEntry(
            "score.weight", new AdapterChange.Replacement("base_model.model.score.weight"))
        .hasSize(4);
  }

  @Test
  void saysWhatItWasTrainedOnWhereShapesDiffer() {
    config = ", \"base_model_name_or_path\": \"org/larger\"";
    base.put(Q + ".weight", Shape.of(32, 16));
    lora(Q, 64, 16);

    assertThatThrownBy(this::fit)
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("64x16")
        .hasMessageContaining("32x16")
        .hasMessageContaining("org/larger");
  }

  @Test
  void aRankThatIsNotTheConfigsIsRefused() {
    config = ", \"r\": 4";
    base.put(Q + ".weight", Shape.of(32, 16));
    lora(Q, 32, 16);

    assertThatThrownBy(this::fit)
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("has rank 8, and adapter_config.json says 4");
  }

  @ParameterizedTest
  @CsvSource({
    Q + ".lora_magnitude_vector, DoRA",
    Q + ".lora_B.bias, lora_bias",
    "model.embed_tokens.token_adapter.trainable_tokens_delta, trainable tokens",
    Q + ".lora_diag, a kind of LoRA that is not known",
  })
  void tensorsOfWhatIsNotReadAreNamed(String tensor, String kind) {
    base.put(Q + ".weight", Shape.of(32, 16));
    lora(Q, 32, 16);
    tensor("base_model.model." + tensor, 32);

    assertThatThrownBy(this::fit)
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining(tensor)
        .hasMessageContaining(kind);
  }

  @Test
  void aMatrixWithoutItsCounterpartIsRefused() {
    base.put(Q + ".weight", Shape.of(32, 16));
    tensor("base_model.model." + Q + ".lora_A.weight", 8, 16);

    assertThatThrownBy(this::fit)
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("no counterpart");
  }

  @Test
  void matricesOfAConvolutionAreRefused() {
    base.put("conv.weight", Shape.of(32, 16, 3, 3));
    tensor("base_model.model.conv.lora_A.weight", 8, 16, 3, 3);
    tensor("base_model.model.conv.lora_B.weight", 32, 8, 1, 1);

    assertThatThrownBy(this::fit)
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("8x16x3x3");
  }
}
