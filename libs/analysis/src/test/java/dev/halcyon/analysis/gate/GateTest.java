package dev.halcyon.analysis.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.analysis.gate.Condition.And;
import dev.halcyon.analysis.gate.Condition.Not;
import dev.halcyon.analysis.gate.Condition.Or;
import dev.halcyon.contracts.job.SkipReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
  private static final String Q0 = "model.layers.0.self_attn.q_proj.weight";
  private static final String Q1 = "model.layers.1.self_attn.q_proj.weight";
  private static final String EMBEDDING = "model.embed_tokens.weight";

  private final MadeUpEvidence found =
      new MadeUpEvidence("base", "code", "chat")
          .tensor(EMBEDDING, 0, 0)
          .tensor(Q0, 1e-3, 4e-3)
          .tensor(Q1, 2e-3, 0)
          .divergence(0.1, 0.3, Map.of(EMBEDDING, 0.0, Q0, 0.06, Q1, 0.03));

  private Verdict verdict(String text) {
    return Gate.parse(text).verdict(found.evidence());
  }

  @ParameterizedTest
  @CsvSource({
    "max_distance > 3.9e-3, HOLDS",
    "max_distance > 4e-3, DOES_NOT_HOLD",
    "max_distance >= 4e-3, HOLDS",
    "max_distance(layer_1) == 2e-3, HOLDS",
    "max_distance(q_proj) == 4e-3, HOLDS",
    "max_distance(layers.1.self_attn.q_proj) == 2e-3, HOLDS",
    "max_distance(embeddings) != 0, DOES_NOT_HOLD",
    "mean_distance(q_proj) > 1.9e-3, HOLDS",
    "mean_distance(q_proj) > 2.1e-3, DOES_NOT_HOLD",
    "max_relative_change(layer_0) == 8e-3, HOLDS",
    "skipped == 0, HOLDS",
    "changed, HOLDS",
    "changed(layer_1), HOLDS",
    "changed(embeddings), DOES_NOT_HOLD",
    "not changed(embeddings), HOLDS",
    "kl > 0.2, HOLDS",
    "kl(layer_0) > 0.17, HOLDS",
    "kl(layer_0) > 0.19, DOES_NOT_HOLD",
    "reverse_kl > 0.55, HOLDS",
    "loss_difference < -0.05, HOLDS",
    "loss_difference > -0.2, HOLDS",
    "changed_top >= 0.3, HOLDS",
    "changed(embeddings) or max_distance(layer_0) > 1e-3 and kl > 0.1, HOLDS",
    "(changed(embeddings) or changed(layer_0)) and kl > 1, DOES_NOT_HOLD"
  })
  void aConditionIsDecidedByTheLargestOfAllFineTunes(String text, Truth truth) {
    assertThat(verdict(text).truth()).isEqualTo(truth);
  }

  @Test
  void theReasonNamesTheValueTheTensorAndTheFineTune() {
    assertThat(verdict("max_distance(layer_0) > 1e-3").text())
        .isEqualTo("max_distance(layer_0) > 1e-3 (0.004, " + Q0 + " of chat)");
    assertThat(verdict("kl > 0.1").text()).isEqualTo("kl > 0.1 (0.3, chat)");
    assertThat(verdict("changed(layer_1)").text())
        .isEqualTo("changed(layer_1) (" + Q1 + " of code)");
  }

  @Test
  void onlyThePartsThatDecideAreReasons() {
    assertThat(verdict("kl > 1 or kl > 0.2 or changed(embeddings) or skipped == 0").text())
        .isEqualTo("kl > 0.2 (0.3, chat); skipped == 0 (0, tensors)");
    assertThat(verdict("not (kl > 1 or changed(embeddings))").text())
        .isEqualTo("not kl > 1 (0.3, chat); not changed(embeddings) (no element differs)");
  }

  @Test
  void aNumberThatIsNotDefinedLeavesUndecidedWhatItCouldDecide() {
    found.tensor("model.layers.2.self_attn.q_proj.weight", Double.NaN, 1e-3);

    assertThat(verdict("max_distance > 1").truth()).isEqualTo(Truth.UNDECIDED);
    assertThat(verdict("max_distance > 1e-3").truth()).isEqualTo(Truth.HOLDS);
    assertThat(verdict("max_distance < 1").truth()).isEqualTo(Truth.UNDECIDED);
    assertThat(verdict("max_distance(layer_1) > 1").truth()).isEqualTo(Truth.DOES_NOT_HOLD);
    assertThat(verdict("mean_distance > 1").truth()).isEqualTo(Truth.UNDECIDED);
    assertThat(verdict("not max_distance > 1").truth()).isEqualTo(Truth.UNDECIDED);
    assertThat(verdict("max_distance > 1 or kl > 0").truth()).isEqualTo(Truth.HOLDS);
    assertThat(verdict("max_distance > 1 and kl > 1").truth()).isEqualTo(Truth.DOES_NOT_HOLD);
    assertThat(verdict("max_distance > 1 and kl > 0").text())
        .isEqualTo(
            "max_distance > 1 (not defined for model.layers.2.self_attn.q_proj.weight of code)");
  }

  @Test
  void aTensorThatIsMissingOrOfAnotherShapeHasChanged() {
    found.skip("lm_head.weight", SkipReason.MISSING, "not in ft1");
    found.skip("model.norm.weight", SkipReason.SHAPE, "ft2 [3]");

    assertThat(verdict("changed(lm_head)").text())
        .isEqualTo("changed(lm_head) (lm_head.weight: not in ft1)");
    assertThat(verdict("changed(final_norm)").truth()).isEqualTo(Truth.HOLDS);
    assertThat(verdict("skipped == 2").truth()).isEqualTo(Truth.HOLDS);
    assertThat(verdict("max_distance(lm_head) > 0").truth()).isEqualTo(Truth.UNDECIDED);
  }

  @Test
  void aTensorOfATypeThatIsNotReadMayHaveChanged() {
    found.skip("lm_head.weight", SkipReason.DTYPE, "ft1 F8_E8M0");

    assertThat(verdict("changed(lm_head)").truth()).isEqualTo(Truth.UNDECIDED);
    assertThat(verdict("changed(lm_head) or changed(layer_0)").truth()).isEqualTo(Truth.HOLDS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max_distance(layer_9) > 0",
        "changed(k_proj)",
        "kl(layer_9) > 0",
        "changed(proj)"
      })
  void aPlaceThatTheModelsDoNotHaveIsRefused(String text) {
    assertThatThrownBy(() -> verdict(text))
        .isInstanceOf(UnknownPlaceException.class)
        .hasMessageContaining("embeddings, layer_0, layer_1");
  }

  @Test
  void whatARunDoesNotComputeIsRefusedWithItsColumn() {
    Gate gate = Gate.parse("changed or kl(layer_0) > 1");

    gate.requireOf(Set.of(Source.SIMILARITY, Source.DIVERGENCE));
    assertThatThrownBy(() -> gate.requireOf(Set.of(Source.SIMILARITY)))
        .isInstanceOf(InvalidGateException.class)
        .hasMessage(
            "column 12: `kl(layer_0) > 1` needs the analysis divergence, which this run does not"
                + " do");
  }

  /// What is decided stays so whatever the undefined numbers are, and whatever the tests that are
  /// no reasons say.
  @Test
  void decisionsAndReasonsAreSound() {
    Random random = new Random(22);
    int undecided = 0;
    for (int i = 0; i < 3_000; i++) {
      List<Truth> leaves = new ArrayList<>();
      Condition condition = ofLeaves(random, 3, leaves);
      Verdict verdict = new Gate(condition).verdict(evidence(leaves));
      Truth oracle = oracle(condition, leaves);
      assertThat(verdict.truth()).isEqualTo(oracle);
      if (oracle == Truth.UNDECIDED) {
        undecided++;
        continue;
      }
      Set<String> reasons = new HashSet<>();
      verdict.reasons().forEach(reason -> reasons.add(reason.test()));
      for (int other = 0; other < 8; other++) {
        List<Truth> changed = new ArrayList<>();
        for (int leaf = 0; leaf < leaves.size(); leaf++) {
          boolean kept = reasons.contains("max_distance(layer_" + leaf + ") > 1");
          changed.add(kept ? leaves.get(leaf) : Truth.of(random.nextBoolean()));
        }
        assertThat(oracle(condition, changed)).isEqualTo(oracle);
      }
    }
    assertThat(undecided).isBetween(100, 2_900);
  }

  private static Condition ofLeaves(Random random, int depth, List<Truth> leaves) {
    int kind = depth == 0 ? 3 : random.nextInt(4);
    if (kind == 2) {
      return new Not(ofLeaves(random, depth - 1, leaves));
    }
    if (kind == 3) {
      leaves.add(List.of(Truth.values()).get(random.nextInt(3)));
      return GateParser.parse("max_distance(layer_" + (leaves.size() - 1) + ") > 1");
    }
    List<Condition> parts =
        List.of(ofLeaves(random, depth - 1, leaves), ofLeaves(random, depth - 1, leaves));
    return kind == 0 ? new Or(parts) : new And(parts);
  }

  private static Evidence evidence(List<Truth> leaves) {
    MadeUpEvidence evidence = new MadeUpEvidence("base", "ft");
    for (int i = 0; i < leaves.size(); i++) {
      double distance =
          switch (leaves.get(i)) {
            case HOLDS -> 2;
            case DOES_NOT_HOLD -> 0.5;
            case UNDECIDED -> Double.NaN;
          };
      evidence.tensor("model.layers." + i + ".mlp.up_proj.weight", distance);
    }
    return evidence.evidence();
  }

  /// By trying all that undecided leaves may be; where results differ it is undecided. Each leaf
  /// occurs once, so that this is Kleene's logic.
  private static Truth oracle(Condition condition, List<Truth> leaves) {
    Set<Boolean> results = new HashSet<>();
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      if (leaves.get(i) == Truth.UNDECIDED) {
        open.add(i);
      }
    }
    for (int mask = 0; mask < 1 << open.size(); mask++) {
      Map<String, Boolean> known = new TreeMap<>();
      for (int i = 0; i < leaves.size(); i++) {
        int bit = open.indexOf(i);
        known.put(
            "(layer_" + i + ")", bit < 0 ? leaves.get(i) == Truth.HOLDS : (mask >> bit & 1) == 1);
      }
      results.add(holds(condition, known));
    }
    return results.size() == 2 ? Truth.UNDECIDED : Truth.of(results.contains(true));
  }

  private static boolean holds(Condition condition, Map<String, Boolean> known) {
    return switch (condition) {
      case Or(List<Condition> parts) -> parts.stream().anyMatch(part -> holds(part, known));
      case And(List<Condition> parts) -> parts.stream().allMatch(part -> holds(part, known));
      case Not(Condition part) -> !holds(part, known);
      case Condition.Test test -> known.get(test.place().text());
    };
  }
}
