package dev.halcyon.transformer;

import static dev.halcyon.transformer.DivergenceRuns.OPTIONS;
import static dev.halcyon.transformer.DivergenceRuns.distance;
import static dev.halcyon.transformer.DivergenceRuns.measured;
import static dev.halcyon.transformer.DivergenceRuns.minus;
import static dev.halcyon.transformer.DivergenceRuns.norm;
import static dev.halcyon.transformer.DivergenceRuns.one;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every architecture against transformers and autograd in float64.
class GoldenDivergenceTest {
  @TempDir Path folder;

  /// A model, a change of it, nodes of the quadrature and how they are computed.
  record Case(GoldenCase golden, String change, int nodes, NodePrecision precision) {
    GoldenValues expected() {
      return new GoldenValues(
          golden.folder().resolve("../../divergence/" + golden + ".safetensors").normalize());
    }

    double[] doubles(String name) {
      return expected().doubles(change + "." + name);
    }
  }

  static List<Case> cases() {
    return GoldenCase.all().stream()
        .flatMap(golden ->
            Stream.of(
                new Case(golden, "full", 2, NodePrecision.FP64),
                new Case(golden, "full", 3, NodePrecision.FP32),
                new Case(golden, "tiny", 2, NodePrecision.AUTO),
                new Case(golden, "lora", 2, NodePrecision.FP64),
                new Case(golden, "int4", 2, NodePrecision.FP64)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isWhatAutogradFinds(Case golden) throws Exception {
    Path changed =
        new ChangedModel(golden.golden().folder(), ChangedModel.named(golden.change()))
            .write(folder.resolve("changed"));
    FineTuneDivergence divergence =
        one(
            golden.golden().folder(),
            changed,
            golden.golden().samples(),
            OPTIONS.withNodes(golden.nodes()).withPrecision(golden.precision()));
    assertMeasured(golden, divergence);
    for (Objective objective : Objective.values()) {
      assertAllTensors(golden, divergence, objective);
      double largest = largest(divergence, objective);
      divergence.tensors().forEach(tensor -> assertTensor(golden, tensor, objective, largest));
    }
  }

  private static void assertMeasured(Case golden, FineTuneDivergence found) {
    assertClose(measured(found, SampleDivergence::kl), golden.doubles("kl"), 1e-6, "kl");
    assertClose(
        measured(found, SampleDivergence::reverseKl),
        golden.doubles("reverse_kl"),
        1e-6,
        "reverse");
    assertClose(
        measured(found, SampleDivergence::baseLoss), golden.doubles("base_loss"), 1e-6, "loss");
    assertClose(
        measured(found, SampleDivergence::lossDifference),
        golden.doubles("loss_difference"),
        1e-6,
        "loss difference");
    assertThat(found.samples().stream().mapToLong(SampleDivergence::changedTop).toArray())
        .isEqualTo(golden.expected().longs(golden.change() + ".changed_top"));
  }

  /// The attributions of all tensors and samples, as one vector, are within 1e-4 in norm.
  private static void assertAllTensors(Case golden, FineTuneDivergence found, Objective objective) {
    double[] values = vector(found, tensor -> tensor.attributions().get(objective));
    double[] truth = vector(found, tensor -> golden.doubles(key(golden, objective, tensor)));
    assertClose(values, truth, 1e-4, golden + " " + objective);
  }

  private static double[] vector(
      FineTuneDivergence found, Function<TensorDivergence, double[]> values) {
    return found.tensors().stream().map(values).flatMapToDouble(DoubleStream::of).toArray();
  }

  private static String key(Case golden, Objective objective, TensorDivergence tensor) {
    return "%d.%s.%s".formatted(golden.nodes(), name(objective), tensor.name());
  }

  /// Every tensor is within 1e-4. In float32, what cancels within a tensor leaves noise of up to
  /// 2e-5 of the largest attribution besides.
  private static void assertTensor(
      Case golden, TensorDivergence tensor, Objective objective, double largest) {
    double[] values = tensor.attributions().get(objective);
    String key = key(golden, objective, tensor);
    double[] truth = golden.doubles(key);
    double noise = golden.precision() == NodePrecision.FP32 ? 2e-5 * largest : 0;
    assertThat(norm(minus(values, truth))).as(key).isLessThanOrEqualTo(1e-4 * norm(truth) + noise);
    assertClose(
        new double[] {tensor.baseSquares(), tensor.changeSquares()},
        golden.doubles("change." + tensor.name()),
        1e-6,
        tensor.name());
  }

  private static String name(Objective objective) {
    return switch (objective) {
      case KL -> "kl";
      case LOSS -> "loss";
    };
  }

  private static double largest(FineTuneDivergence divergence, Objective objective) {
    return divergence.tensors().stream()
        .mapToDouble(tensor -> norm(tensor.attributions().get(objective)))
        .max()
        .orElseThrow();
  }

  private static void assertClose(double[] values, double[] truth, double within, String what) {
    assertThat(distance(values, truth)).as(what).isLessThan(within);
  }
}
