package dev.halcyon.transformer;

import java.util.Map;

/// Sums of the attributions over all tensors, for one number of nodes.
///
/// @param nodes of the quadrature
/// @param sums for each objective and sample, in the order of the result's samples
public record QuadratureTrial(int nodes, Map<Objective, double[]> sums) {
  public QuadratureTrial {
    sums = Map.copyOf(sums);
  }
}
