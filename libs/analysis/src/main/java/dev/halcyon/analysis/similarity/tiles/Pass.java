package dev.halcyon.analysis.similarity.tiles;

import dev.halcyon.analysis.similarity.tiles.Tiling.Block;
import java.io.IOException;

/// One reading of a tensor's units: sums over each block, taken by any thread in any order, and
/// merged in the blocks' order.
///
/// @param <S> sums over a block
public interface Pass<S> {
  /// Sums to fill, for any of the tensor's blocks.
  S newSums();

  /// Starts a reader of blocks, for one thread.
  Reader<S> reader(Scratch scratch);

  /// Adds a block's sums; called for one block at a time, in their order.
  void merge(Block block, S sums);

  /// Reads blocks.
  interface Reader<S> {
    /// Clears the sums and takes them over the block.
    void sum(Block block, S sums) throws IOException;
  }
}
