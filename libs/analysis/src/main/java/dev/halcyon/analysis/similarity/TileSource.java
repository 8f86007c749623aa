package dev.halcyon.analysis.similarity;

import dev.halcyon.analysis.similarity.tiles.Pass;
import dev.halcyon.analysis.similarity.tiles.Scratch;
import dev.halcyon.analysis.similarity.tiles.Tiling;
import dev.halcyon.analysis.similarity.tiles.Tiling.Block;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.kernels.SimilarityKernels;
import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;
import dev.halcyon.tensors.kernels.Widening;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// Feeds blocks to the kernels: as they are where all models are BF16 or all float32, and else
/// widened to float32.
final class TileSource {
  private final Comparison comparison;
  private final Tile.Format format;
  private final boolean widen;
  private final long panelElements;

  TileSource(Comparison comparison, int mostColumns) {
    this.comparison = comparison;
    this.format = all(comparison, DType.BF16) ? Tile.Format.BFLOAT16 : Tile.Format.FLOAT32;
    this.widen = format == Tile.Format.FLOAT32 && !all(comparison, DType.F32);
    this.panelElements = TileReader.panelElements(comparison, mostColumns);
  }

  private static boolean all(Comparison comparison, DType type) {
    return comparison.tensors().stream().allMatch(tensor -> tensor.dtype() == type);
  }

  Tile.Format format() {
    return format;
  }

  Pass.Reader<List<TileSums>> reader(List<ModelGroup> groups, Scratch scratch) {
    int models = comparison.models();
    MemorySegment[] memory =
        scratch.parts(widen ? 2 * models : models, panelElements * Float.BYTES);
    MemorySegment[] panels = Arrays.copyOf(memory, models);
    MemorySegment[] tiles = widen ? Arrays.copyOfRange(memory, models, memory.length) : panels;
    List<Tile> groupTiles = groups.stream().map(group -> tile(group, tiles)).toList();
    TileReader reader = new TileReader(comparison, panels);
    return (block, sums) -> sum(block, reader, tiles, groupTiles, sums);
  }

  private Tile tile(ModelGroup group, MemorySegment[] tiles) {
    return new Tile(
        format, group.models().stream().map(model -> tiles[model]).toArray(MemorySegment[]::new));
  }

  private void sum(
      Block block,
      TileReader reader,
      MemorySegment[] tiles,
      List<Tile> groupTiles,
      List<TileSums> sums)
      throws IOException {
    sums.forEach(TileSums::clear);
    reader.read(
        block,
        (rows, columns) -> {
          if (widen) {
            widen(reader, tiles, rows * columns);
          }
          for (int row = 0; row < rows; row += Tiling.TILE_ROWS) {
            int tileRows = Math.min(Tiling.TILE_ROWS, rows - row);
            sumTile(row, tileRows, columns, groupTiles, sums);
          }
        });
  }

  private void sumTile(int row, int rows, int columns, List<Tile> groupTiles, List<TileSums> sums) {
    long stride = (long) columns * format.bytes();
    for (int group = 0; group < groupTiles.size(); group++) {
      groupTiles.get(group).show(row * stride, stride, rows, columns);
      SimilarityKernels.sum(groupTiles.get(group), sums.get(group));
    }
  }

  private void widen(TileReader reader, MemorySegment[] tiles, int elements) {
    for (int model = 0; model < tiles.length; model++) {
      Widening.toFloat(comparison.dtype(model), reader.panel(model), tiles[model], elements);
    }
  }
}
