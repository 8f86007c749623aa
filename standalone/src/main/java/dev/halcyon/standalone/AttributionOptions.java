package dev.halcyon.standalone;

import dev.halcyon.contracts.request.DivergenceEstimator;
import dev.halcyon.contracts.request.DivergenceEstimator.Objective;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// How a divergence is attributed. What is not given is null: the settings of a request have the
/// defaults.
final class AttributionOptions {
  private static final String AUTO = "auto";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--objective",
      paramLabel = "KIND",
      description =
          "What is attributed to tensors: kl, the divergence of the output; loss, the difference in"
              + " loss; both (default: kl).")
  private Objective objective;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = AUTO,
      description =
          "Nodes of the quadrature, each a forward and a backward pass: 1 to 8; auto takes 2, and"
              + " more if the attributions do not add up (default: ${DEFAULT-VALUE}).")
  private String nodes;

  @Option(
      names = "--alone",
      paramLabel = "N",
      description =
          "Also measures each of the N layers with the largest attributions alone: only this layer"
              + " changed, and all layers but this one (default: 0).")
  private Integer alone;

  Objective objective() {
    return objective;
  }

  Integer alone() {
    return alone;
  }

  Integer nodes() {
    if (nodes.equals(AUTO)) {
      return null;
    }
    if (nodes.matches("[1-" + DivergenceEstimator.MAX_NODES + "]")) {
      return Integer.valueOf(nodes);
    }
    throw new ParameterException(
        spec.commandLine(),
        "--nodes takes auto or a number from 1 to %d, not %s"
            .formatted(DivergenceEstimator.MAX_NODES, nodes));
  }
}
