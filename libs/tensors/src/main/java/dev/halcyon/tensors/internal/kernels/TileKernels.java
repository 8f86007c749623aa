package dev.halcyon.tensors.internal.kernels;

import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;

/// The similarity kernels. Two twins implement them, one without and one with vectors, and give the
/// same bits: [ScalarTileKernels] is the specification.
///
/// Arguments are trusted; [dev.halcyon.tensors.kernels.SimilarityKernels] checks them.
public interface TileKernels {
  /// Squares of two models and of their difference.
  void pair(Tile tile, TileSums sums);

  /// Squares of three models and of their three differences.
  void triple(Tile tile, TileSums sums);

  /// As [#pair], and the statistics of the second model's change against the first.
  void pairChanges(Tile tile, TileSums sums);

  /// As [#triple], and the statistics of the second's and third's changes against the first.
  void tripleChanges(Tile tile, TileSums sums);

  /// The one of the four that the sums are laid out for.
  default void sum(Tile tile, TileSums sums) {
    boolean changes = sums.layout().changes();
    if (sums.layout().models() == 2) {
      if (changes) {
        pairChanges(tile, sums);
      } else {
        pair(tile, sums);
      }
    } else if (changes) {
      tripleChanges(tile, sums);
    } else {
      triple(tile, sums);
    }
  }

  /// Readable name, as `512-bit vectors`.
  String description();
}
