package dev.halcyon.tensors.kernels;

import dev.halcyon.tensors.internal.kernels.KernelChoice;
import dev.halcyon.tensors.internal.kernels.KernelWarmUp;
import dev.halcyon.tensors.internal.kernels.ScalarTileKernels;
import dev.halcyon.tensors.internal.kernels.TileKernels;
import java.lang.ref.Reference;

/// The similarity kernels: squares, differences and changes of two or three models, summed up over
/// the rows of a tile.
///
/// Until a kernel is compiled, which takes longer than a small model, its scalar twin does the
/// work; only the time differs.
///
/// A sum's bits depend on the elements and on how rows are cut into tiles, on nothing else: not on
/// the machine's vectors, and not on how columns are cut.
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

  /// What was chosen, as `512-bit vectors`.
  public static String description() {
    return KERNELS.description();
  }
}
