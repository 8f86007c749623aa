package dev.halcyon.services.fetcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.Plan.Prefix;
import dev.halcyon.contracts.job.Plan.SkippedTensor;
import dev.halcyon.contracts.job.SkipReason;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.contracts.store.TensorValue;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.QuantizationConfig;
import dev.halcyon.tensors.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What models of several layouts are compared by.
class PlannerTest {
  private static final long EXPERTS = 3;
  private static final long INNER = 6;
  private static final long HIDDEN = 4;
  private static final String LAYER = "model.layers.0.";

  private final List<ModelTensors> models = new ArrayList<>();

  private static StoredTensor tensor(String name, String dtype, Long... shape) {
    Shape whole = new Shape(List.of(shape));
    DType type = DType.of(dtype).orElseThrow();
    return StoredTensor.whole(
        name, type, whole, type.bytes(whole), new InStore("models/" + name, Optional.empty()));
  }

  private void model(StoredTensor... stored) {
    String name = models.isEmpty() ? "base" : "ft" + models.size();
    Map<String, TensorCopy> tensors =
        new StoredWeights(name, "/" + name, List.of(stored), QuantizationConfig.NONE).copies();
    models.add(ModelTensors.of(name, "/" + name, "f-" + name, tensors, Map.of(), List.of()));
  }

  private static StoredTensor[] oneByOne(String block, String gate, String up, String down) {
    List<StoredTensor> tensors = new ArrayList<>();
    tensors.add(tensor(LAYER + block + ".gate.weight", "BF16", EXPERTS, HIDDEN));
    for (long expert = 0; expert < EXPERTS; expert++) {
      String at = LAYER + block + ".experts." + expert + ".";
      tensors.add(tensor(at + gate + ".weight", "BF16", INNER, HIDDEN));
      tensors.add(tensor(at + up + ".weight", "BF16", INNER, HIDDEN));
      tensors.add(tensor(at + down + ".weight", "BF16", HIDDEN, INNER));
    }
    return tensors.toArray(StoredTensor[]::new);
  }

  private static StoredTensor[] stacked(String dtype, StoredTensor... further) {
    List<StoredTensor> tensors = new ArrayList<>(List.of(further));
    tensors.add(tensor(LAYER + "mlp.gate.weight", "BF16", EXPERTS, HIDDEN));
    tensors.add(tensor(LAYER + "mlp.experts.gate_up_proj", dtype, EXPERTS, 2 * INNER, HIDDEN));
    tensors.add(tensor(LAYER + "mlp.experts.down_proj", dtype, EXPERTS, HIDDEN, INNER));
    return tensors.toArray(StoredTensor[]::new);
  }

  private Plan plan() {
    CompareRequest request =
        new CompareRequest(
            ModelSpec.of("/base"),
            Stream.of("/ft1", "/ft2").limit(models.size() - 1).map(ModelSpec::of).toList(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    return Planner.plan(request, models, new EngineWork.Key(Optional.empty(), Optional.empty()));
  }

  private static TensorCopy copy(Plan plan, String tensor, String model) {
    return plan.tensors().stream()
        .filter(planned -> planned.tensor().equals(tensor))
        .flatMap(planned -> planned.copies().stream())
        .filter(copy -> copy.model().equals(model))
        .findFirst()
        .orElseThrow();
  }

  /// Mixtral's spelling, and the one of Qwen3-MoE and DeepSeek, against stacks.
  @ParameterizedTest
  @CsvSource({
    "block_sparse_moe, w1, w3, w2",
    "mlp, gate_proj, up_proj, down_proj",
  })
  void expertsOfAStackAreComparedOneByOne(String block, String gate, String up, String down) {
    model(oneByOne(block, gate, up, down));
    model(stacked("BF16"));

    Plan plan = plan();

    assertThat(plan.skipped()).isEmpty();
    assertThat(plan.tensors())
        .extracting(PlannedTensor::tensor)
        .containsExactlyInAnyOrderElementsOf(models.getFirst().tensors().keySet());
    assertThat(plan.compared("ft1")).isEqualTo(plan.models().get(1).bytes());
    String expert = LAYER + block + ".experts.2.";
    StoredTensor found = copy(plan, expert + up + ".weight", "ft1").stored().getFirst();
    assertThat(found.name()).isEqualTo(LAYER + "mlp.experts.gate_up_proj");
    assertThat(found.shape()).isEqualTo(Shape.of(INNER, HIDDEN));
    assertThat(found.offset()).isEqualTo(2 * (2 * 2 * INNER * HIDDEN + INNER * HIDDEN));
    assertThat(copy(plan, expert + gate + ".weight", "ft1").stored().getFirst().offset())
        .isEqualTo(2 * 2 * 2 * INNER * HIDDEN);
    assertThat(copy(plan, expert + down + ".weight", "ft1").stored().getFirst().offset())
        .isEqualTo(2 * 2 * HIDDEN * INNER);
  }

  @Test
  void aStackMayBeTheBase() {
    model(stacked("BF16"));
    model(oneByOne("mlp", "gate_proj", "up_proj", "down_proj"));

    Plan plan = plan();

    assertThat(plan.skipped()).isEmpty();
    assertThat(plan.tensors()).hasSize(1 + 3 * (int) EXPERTS);
  }

  @Test
  void expertsSpeltInTwoWaysAreCompared() {
    model(oneByOne("block_sparse_moe", "w1", "w3", "w2"));
    model(oneByOne("mlp", "gate_proj", "up_proj", "down_proj"));

    assertThat(plan().skipped()).isEmpty();
    assertThat(plan().tensors()).hasSize(1 + 3 * (int) EXPERTS);
  }

  @Test
  void stacksOfOneKindStayStacks() {
    model(stacked("BF16"));
    model(stacked("F32"));

    assertThat(plan().tensors())
        .extracting(PlannedTensor::tensor)
        .contains(LAYER + "mlp.experts.gate_up_proj");
  }

  @Test
  void codesOfAStackTakeTheirScalesAlong() {
    model(oneByOne("mlp", "gate_proj", "up_proj", "down_proj"));
    model(
        stacked(
            "F8_E4M3",
            tensor(LAYER + "mlp.experts.gate_up_proj_scale_inv", "F32", EXPERTS, 4L, 2L),
            tensor(LAYER + "mlp.experts.down_proj_scale_inv", "F32", EXPERTS, 1L, 1L)));

    Plan plan = plan();

    assertThat(plan.skipped()).isEmpty();
    TensorValue value = copy(plan, LAYER + "mlp.experts.1.up_proj.weight", "ft1").value();
    assertThat(value)
        .isInstanceOfSatisfying(
            TensorValue.Scaled.class,
            scaled -> {
              assertThat(scaled.block()).containsExactly(3L, 2L);
              assertThat(scaled.scales().shape()).isEqualTo(Shape.of(2, 2));
              assertThat(scaled.scales().offset()).isEqualTo(4 * (4 * 2 + 2 * 2));
            });
  }

  /// As gpt-oss and Llama 4 store theirs.
  @Test
  void aTransposedStackIsNamedAndNotCompared() {
    model(oneByOne("mlp", "gate_proj", "up_proj", "down_proj"));
    model(
        tensor(LAYER + "mlp.gate.weight", "BF16", EXPERTS, HIDDEN),
        tensor(LAYER + "mlp.experts.gate_up_proj", "BF16", EXPERTS, HIDDEN, 2 * INNER),
        tensor(LAYER + "mlp.experts.down_proj", "BF16", EXPERTS, INNER, HIDDEN));

    Plan plan = plan();

    assertThat(plan.tensors()).hasSize(1);
    assertThat(plan.skipped())
        .filteredOn(skip -> skip.reason() == SkipReason.LAYOUT)
        .extracting(SkippedTensor::detail)
        .anyMatch(detail -> detail.contains("ft1 stacks its experts in another order (3x4x12"));
    assertThat(plan.compared("base")).isLessThan(plan.models().getFirst().bytes());
  }

  @Test
  void thePrefixThatWasTakenOffIsInThePlan() {
    model(tensor("h.0.attn.c_attn.weight", "F32", 4L, 12L), tensor("wte.weight", "F32", 9L, 4L));
    model(
        tensor("transformer.h.0.attn.c_attn.weight", "F32", 4L, 12L),
        tensor("transformer.wte.weight", "F32", 9L, 4L));

    Plan plan = plan();

    assertThat(plan.tensors())
        .extracting(PlannedTensor::tensor)
        .containsExactly("h.0.attn.c_attn.weight", "wte.weight");
    assertThat(plan.models().get(1).prefixes()).containsExactly(new Prefix("transformer.", ""));
    assertThat(copy(plan, "wte.weight", "ft1").stored().getFirst().name())
        .isEqualTo("transformer.wte.weight");
  }

  /// The second fine-tune has what the first has and the base has not, behind a wrapper.
  @Test
  void whatTheBaseHasNotIsComparedBetweenFineTunes() {
    StoredTensor extra = tensor("value_head.weight", "F32", 1L, 4L);
    StoredTensor one = tensor("model.a.weight", "F32", 4L, 4L);
    StoredTensor two = tensor("model.b.weight", "F32", 4L, 5L);
    model(one, two);
    model(one, two, extra);
    model(
        tensor("module.model.a.weight", "F32", 4L, 4L),
        tensor("module.model.b.weight", "F32", 4L, 5L),
        tensor("module.value_head.weight", "F32", 1L, 4L));

    assertThat(copy(plan(), "value_head.weight", "ft2").stored().getFirst().name())
        .isEqualTo("module.value_head.weight");
  }

  @Test
  void namesThatNoPrefixExplainsAreShown() {
    model(
        tensor("model.layers.0.self_attn.q_proj.weight", "F32", 4L, 4L),
        tensor("model.norm.weight", "F32", 4L));
    model(tensor("blk.0.attn_q.weight", "F32", 4L, 4L), tensor("output_norm.weight", "F32", 4L));

    assertThatThrownBy(this::plan)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no prefix makes names alike")
        .hasMessageContaining(
            "base has model.layers.0.self_attn.q_proj.weight (4x4), model.norm.weight (4)")
        .hasMessageContaining("ft1 has blk.0.attn_q.weight (4x4), output_norm.weight (4)")
        .hasMessageContaining(
            "closest are model.layers.0.self_attn.q_proj.weight (4x4) and blk.0.attn_q.weight"
                + " (4x4)");
  }

  @Test
  void scalesAreNoWeights() {
    model(
        tensor("x.weight", "F8_E4M3", 128L, 256L),
        tensor("x.weight_scale_inv", "F32", 1L, 2L),
        tensor("x.input_scale", "F32", 1L),
        tensor("norm.weight", "BF16", 256L));
    model(tensor("x.weight", "BF16", 128L, 256L), tensor("norm.weight", "BF16", 256L));

    Plan plan = plan();

    assertThat(plan.skipped()).isEmpty();
    assertThat(plan.tensors())
        .extracting(PlannedTensor::tensor)
        .containsExactly("norm.weight", "x.weight");
    assertThat(plan.models().getFirst().tensors()).isEqualTo(2);
    assertThat(plan.models().getFirst().bytes()).isEqualTo(128 * 256 + 8 + 2 * 256);
    assertThat(plan.compared("base")).isEqualTo(plan.models().getFirst().bytes());
  }

  @ParameterizedTest
  @CsvSource({
    "weight_scale_inv",
    "weight_scale",
    "scale",
    "qscale_weight",
  })
  void scalesAreFoundByTheirName(String name) {
    model(tensor("x.weight", "F8_E4M3", 4L, 6L), tensor("x." + name, "BF16", 4L, 1L));
    model(tensor("x.weight", "F8_E4M3", 4L, 6L), tensor("x." + name, "BF16"));

    Plan plan = plan();

    assertThat(copy(plan, "x.weight", "base").dtype()).isEqualTo(DType.F32);
    assertThat(copy(plan, "x.weight", "ft1").value())
        .isInstanceOfSatisfying(
            TensorValue.Scaled.class, scaled -> assertThat(scaled.block()).containsExactly(4L, 6L));
  }

  @Test
  void codesWithoutScalesAreValues() {
    model(tensor("x.weight", "F8_E4M3", 4L, 6L), tensor("y.input_scale", "F32", 1L));
    model(tensor("x.weight", "F8_E4M3", 4L, 6L), tensor("y.input_scale", "F32", 1L));

    assertThat(copy(plan(), "x.weight", "base").dtype()).isEqualTo(DType.F8_E4M3);
    assertThat(plan().tensors()).hasSize(2);
  }

  @Test
  void scalesThatDoNotFitAreNamed() {
    assertThatThrownBy(() ->
            model(
                tensor("x.weight", "F8_E4M3", 128L, 256L),
                tensor("x.weight_scale_inv", "F32", 3L, 2L)))
        .isInstanceOf(BadInputException.class)
        .hasMessage("[/base] tensor x.weight_scale_inv: F32 3x2 is no scale for F8_E4M3 128x256");
  }

  @Test
  void ofResizedVocabulariesTheRowsOfCodesThatAllHaveAreCompared() {
    model(tensor("lm_head.weight", "BF16", 128L, 256L));
    model(
        tensor("lm_head.weight", "F8_E4M3", 200L, 256L),
        tensor("lm_head.weight_scale_inv", "F32", 2L, 2L));

    TensorCopy copy = copy(plan(), "lm_head.weight", "ft1");

    assertThat(copy.shape()).isEqualTo(Shape.of(128, 256));
    assertThat(copy.bytes()).isEqualTo(128 * 256 + 4 * 4);
  }
}
