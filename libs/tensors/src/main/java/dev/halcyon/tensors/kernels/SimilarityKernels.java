package dev.halcyon.tensors.kernels;

import dev.halcyon.tensors.internal.kernels.KernelChoice;
import dev.halcyon.tensors.internal.kernels.KernelWarmUp;
import dev.halcyon.tensors.internal.kernels.ScalarTileKernels;
import dev.halcyon.tensors.internal.kernels.TileKernels;
import java.lang.ref.Reference;

/// The similarity kernels: squares, differences and changes of two or three models, summed up over
/// the rows of a tile.
///
/// Until a kernel is compiled, which takes longer than comparing a small model, its scalar
/// equivalent runs; only the time differs.
///
/// The bits of a sum depend only on the elements and on how rows are divided into tiles. They do
/// not depend on the width of vectors or on how columns are divided.
public final class SimilarityKernels {
  private static final TileKernels KERNELS = KernelChoice.choose();
  private static final TileKernels SCALAR = new ScalarTileKernels();
  private static final KernelWarmUp WARM_UP = new KernelWarmUp(KERNELS);

  private SimilarityKernels() {}

  /// Adds a tile's sums to `sums`.
  ///
  /// @throws IllegalArgumentException where the tile has another format or number of models than
  ///   the sums, or more columns
  public static void sum(Tile tile, TileSums sums) {
    SumsLayout layout = sums.layout();
    if (tile.format() != layout.format()
        || tile.models() != layout.models()
        || tile.columns() > layout.columns()) {
      throw new IllegalArgumentException(
          "tile of %d models, %d columns of %s does not fit %s"
              .formatted(tile.models(), tile.columns(), tile.format(), layout));
    }
    try {
      (WARM_UP.isWarm(layout) ? KERNELS : SCALAR).sum(tile, sums);
    } finally {
      Reference.reachabilityFence(tile);
    }
  }

  /// Has the kernel compiled that takes these sums, and waits for it.
  public static void warmUp(SumsLayout layout) {
    WARM_UP.kernel(layout.format(), layout.models(), layout.changes());
  }
}
