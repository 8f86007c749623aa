package dev.halcyon.tensors.adapters;

import java.util.Optional;

/// What an adapter does to a tensor of its base.
public sealed interface AdapterChange {
  /// Adds a product of two matrices to a weight.
  ///
  /// @param weight of the base
  /// @param instead tensor of the adapter's file that the product is added to in the weight's
  ///   place, as an embedding whose vocabulary was resized
  /// @param a name of matrix A in the adapter's file
  /// @param b name of matrix B in it
  /// @param transposed whether the product B A is the transposed change
  /// @param scaling of the product
  record LowRank(
      String weight,
      Optional<String> instead,
      String a,
      String b,
      boolean transposed,
      double scaling)
      implements AdapterChange {}

  /// Puts a tensor of the adapter's file in its place, or adds it where the base has none.
  record Replacement(String tensor) implements AdapterChange {}
}
