package dev.halcyon.transformer.internal.blueprint;

import java.util.List;

/// A normalisation over the last dimension.
public sealed interface Norm {
  /// Elements of the last dimension.
  int size();

  List<Parameter> parameters();

  /// `x / sqrt(mean(x^2) + epsilon) (offset + weight)` (Zhang and Sennrich 2019).
  ///
  /// @param weight name of the vector [size]
  /// @param size of the last dimension
  /// @param epsilon under the root
  /// @param offset 0, or 1 where weights are stored as their distance from one
  record RootMeanSquare(String weight, int size, double epsilon, double offset) implements Norm {
    @Override
    public List<Parameter> parameters() {
      return List.of(new Parameter(weight, List.of((long) size)));
    }
  }

  /// `(x - mean(x)) / sqrt(var(x) + epsilon) weight + bias` (Ba et al. 2016).
  ///
  /// @param weight name of the vector [size]
  /// @param bias name of the vector [size]
  /// @param size of the last dimension
  /// @param epsilon under the root
  record Centred(String weight, String bias, int size, double epsilon) implements Norm {
    @Override
    public List<Parameter> parameters() {
      return List.of(
          new Parameter(weight, List.of((long) size)), new Parameter(bias, List.of((long) size)));
    }
  }
}
