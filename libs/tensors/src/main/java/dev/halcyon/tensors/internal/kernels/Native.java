package dev.halcyon.tensors.internal.kernels;

import dev.halcyon.tensors.kernels.Tile;
import java.lang.foreign.MemorySegment;

/// All of the process's memory as one constant segment, which needs no check of bounds and no check
/// of life for each vector that is loaded.
///
/// Whoever loads from it has checked before that a tile lies within its models' memory, as
/// [Tile#show] does, and keeps the tile reachable until the last load.
final class Native {
  @SuppressWarnings("restricted")
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private Native() {}

  /// Where a model's first element of a tile lies.
  static long address(Tile tile, int model) {
    return tile.model(model).address() + tile.offset();
  }
}
