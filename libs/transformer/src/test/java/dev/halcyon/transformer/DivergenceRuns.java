package dev.halcyon.transformer;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Runs over golden models and their changed copies, and what to compare of them.
final class DivergenceRuns {
  static final DivergenceOptions OPTIONS =
      DivergenceOptions.standard()
          .withObjectives(EnumSet.allOf(Objective.class))
          .withNodes(2)
          .withThreads(1)
          .withDevice(TestDevice.NAME);

  private DivergenceRuns() {}

  static DivergenceResult run(
      Path base, List<Path> fineTunes, List<TokenSample> samples, DivergenceOptions options)
      throws Exception {
    List<OpenedFolder> folders = new java.util.ArrayList<>();
    try (OpenedFolder modelFolder = OpenedFolder.open(base)) {
      DecoderModel model = modelFolder.model();
      for (Path fineTune : fineTunes) {
        folders.add(OpenedFolder.open(fineTune));
      }
      List<DecoderModel> models = folders.stream().map(OpenedFolder::model).toList();
      DivergenceRequest request = new DivergenceRequest(model, models, samples, options);
      return new DivergenceEngine().run(request, _ -> {});
    } finally {
      for (OpenedFolder folder : folders) {
        folder.close();
      }
    }
  }

  static FineTuneDivergence one(
      Path base, Path fineTune, List<TokenSample> samples, DivergenceOptions options)
      throws Exception {
    return run(base, List.of(fineTune), samples, options).fineTunes().getFirst();
  }

  static double[] measured(
      FineTuneDivergence divergence, java.util.function.ToDoubleFunction<SampleDivergence> value) {
    return divergence.samples().stream().mapToDouble(value).toArray();
  }

  static double mean(double[] values) {
    return java.util.Arrays.stream(values).average().orElseThrow();
  }

  /// Mean attribution of each tensor.
  static Map<String, Double> attributions(FineTuneDivergence divergence, Objective objective) {
    Map<String, Double> means = new TreeMap<>();
    divergence
        .tensors()
        .forEach(tensor -> means.put(tensor.name(), mean(tensor.attributions().get(objective))));
    return means;
  }

  /// Norm of the difference over norm of the truth.
  static double distance(double[] values, double[] truth) {
    double difference = norm(minus(values, truth));
    return difference == 0 ? 0 : difference / norm(truth);
  }

  static double[] minus(double[] values, double[] others) {
    double[] differences = new double[others.length];
    for (int i = 0; i < others.length; i++) {
      differences[i] = values[i] - others[i];
    }
    return differences;
  }

  static double norm(double[] values) {
    return Math.sqrt(java.util.Arrays.stream(values).map(value -> value * value).sum());
  }

  /// Norm over samples of a trial's residual, over the norm of what was measured of KL.
  static double residual(FineTuneDivergence divergence, QuadratureTrial trial) {
    return distance(trial.sums().get(Objective.KL), measured(divergence, SampleDivergence::kl));
  }
}
