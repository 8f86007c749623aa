package dev.halcyon.transformer.internal.run;

import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import dev.halcyon.tensors.Shape;
import dev.halcyon.transformer.DivergenceOptions;
import dev.halcyon.transformer.FineTuneDivergence;
import dev.halcyon.transformer.Objective;
import dev.halcyon.transformer.QuadratureTrial;
import dev.halcyon.transformer.SampleDivergence;
import dev.halcyon.transformer.TensorDivergence;
import dev.halcyon.transformer.internal.blueprint.Parameter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Integrates the products at nodes over the path, with as many nodes as it takes.
///
/// @param run what steps share
/// @param samples as they were measured
/// @param integrand at a node
record Quadrature(DivergenceContext run, List<SampleDivergence> samples, Integrand integrand) {
  /// Nodes that are tried one after the other; each is more than half again the one before.
  private static final List<Integer> NODES = List.of(2, 3, 5, DivergenceOptions.MOST_NODES);

  /// The products of gradients with changes at a node.
  interface Integrand {
    NodeProducts at(GaussLegendre.Node node) throws IOException;
  }

  /// Nodes that a run begins with.
  static int first(DivergenceOptions options) {
    if (options.objectives().isEmpty()) {
      return 0;
    }
    return options.nodes() == 0 ? NODES.getFirst() : options.nodes();
  }

  /// @param wide whether nodes are computed in float64
  FineTuneDivergence run(boolean wide) throws IOException {
    List<QuadratureTrial> trials = new ArrayList<>();
    int expected = first(run.options());
    for (int count : run.options().nodes() == 0 ? NODES : List.of(run.options().nodes())) {
      run.meter().attribute(count, count - expected, wide);
      expected = 0;
      List<TensorDivergence> tensors = integrate(count);
      trials.add(new QuadratureTrial(count, sums(tensors)));
      if (count == DivergenceOptions.MOST_NODES
          || run.options().nodes() > 0
          || isClose(trials.getLast())) {
        return new FineTuneDivergence(samples, trials, tensors);
      }
    }
    throw new IllegalStateException("the last number of nodes ends the loop");
  }

  private List<TensorDivergence> integrate(int count) throws IOException {
    List<GaussLegendre.Node> nodes = GaussLegendre.nodes(count);
    List<NodeProducts> products = new ArrayList<>();
    for (GaussLegendre.Node node : nodes) {
      products.add(integrand.at(node));
    }
    return run.blueprint().parameters().stream()
        .map(parameter -> tensor(parameter, nodes, products))
        .toList();
  }

  private TensorDivergence tensor(
      Parameter parameter, List<GaussLegendre.Node> nodes, List<NodeProducts> products) {
    Map<Objective, double[]> attributions = new EnumMap<>(Objective.class);
    for (Objective objective : run.options().objectives()) {
      double[] sums = new double[samples.size()];
      for (int i = 0; i < nodes.size(); i++) {
        double[] values = products.get(i).of(objective, parameter.name());
        for (int sample = 0; sample < sums.length; sample++) {
          double perToken = values[sample] / samples.get(sample).predictions();
          sums[sample] += nodes.get(i).weight() * perToken;
        }
      }
      attributions.put(objective, sums);
    }
    NodeProducts.Squares squares = products.getFirst().squares(parameter.name());
    Shape shape = parameter.shape();
    return new TensorDivergence(
        parameter.name(), shape, squares.base(), squares.change(), attributions);
  }

  private Map<Objective, double[]> sums(List<TensorDivergence> tensors) {
    Map<Objective, double[]> sums = new EnumMap<>(Objective.class);
    for (Objective objective : run.options().objectives()) {
      double[] total = new double[samples.size()];
      for (TensorDivergence tensor : tensors) {
        double[] own = tensor.attributions().get(objective);
        for (int i = 0; i < total.length; i++) {
          total[i] += own[i];
        }
      }
      sums.put(objective, total);
    }
    return sums;
  }

  /// Whether the residual is small, by the objective that is asked for first.
  private boolean isClose(QuadratureTrial trial) {
    Objective objective =
        run.options().objectives().contains(Objective.KL) ? Objective.KL : Objective.LOSS;
    double[] sums = trial.sums().get(objective);
    double[] residuals = new double[sums.length];
    double weights = 0;
    double measured = 0;
    double residual = 0;
    for (int i = 0; i < sums.length; i++) {
      residuals[i] = samples.get(i).measured(objective) - sums[i];
      weights += weight(i);
      measured += weight(i) * samples.get(i).measured(objective);
      residual += weight(i) * residuals[i];
    }
    double mean = residual / weights;
    double squares = 0;
    for (int i = 0; i < sums.length; i++) {
      squares += Math.pow(weight(i) / weights * (residuals[i] - mean), 2);
    }
    int n = sums.length;
    double error = n > 1 ? Math.sqrt(squares * n / (n - 1)) : 0;
    return Math.abs(mean)
            <= Math.max(DivergenceOptions.TOLERANCE * Math.abs(measured / weights), error)
        || !Double.isFinite(mean);
  }

  private double weight(int sample) {
    return run.options().weighting() == Weighting.SAMPLE ? 1 : samples.get(sample).predictions();
  }
}
