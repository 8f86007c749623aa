package dev.halcyon.analysis.similarity;

import dev.halcyon.analysis.similarity.Comparison.Pair;
import dev.halcyon.analysis.similarity.tiles.PassRunner;
import dev.halcyon.analysis.similarity.tiles.Tiling;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.tensors.kernels.Widening;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// One comparison from beginning to end: the float32 pass over everything, then in float64 what it
/// could not tell.
final class TensorComparison {
  /// Columns of all pairs together; cosine and distance of each are kept until quantiles are taken.
  static final long MOST_COLUMNS = 1L << 23;

  private static final int MOST_BLOCK_COLUMNS = 16384;
  private static final int LEAST_BLOCK_COLUMNS = 1024;

  /// Elements of a block's tile, all models together.
  private static final int TILE_ELEMENTS = 1 << 19;

  /// Float32 sums of a block, all groups of models together.
  private static final int BLOCK_SUMS = 1 << 19;

  private final Comparison comparison;
  private final PassRunner runner;
  private final Tiling tiling;
  private final List<PairColumns> columns = new ArrayList<>();
  private final NonFiniteElements broken;
  private final Magnitudes largest;

  TensorComparison(Comparison comparison, PassRunner runner) {
    this.comparison = comparison;
    this.runner = runner;
    this.tiling =
        new Tiling(
            comparison.matrices(),
            comparison.rows(),
            comparison.columns(),
            blockColumns(comparison));
    this.broken = new NonFiniteElements(comparison);
    this.largest = new Magnitudes(comparison.models(), 0);
    int pooled = pooledColumns(comparison);
    for (int pair = 0; pair < comparison.pairs().size(); pair++) {
      columns.add(new PairColumns(comparison.rows(), pooled));
    }
  }

  private static int blockColumns(Comparison comparison) {
    int planes =
        ModelGroup.of(comparison).stream().mapToInt(group -> group.models().size() * 3).sum();
    int most =
        Math.min(TILE_ELEMENTS / Tiling.TILE_ROWS / comparison.models(), BLOCK_SUMS / planes);
    return Math.clamp(most, LEAST_BLOCK_COLUMNS, MOST_BLOCK_COLUMNS) & -64;
  }

  private static int pooledColumns(Comparison comparison) {
    long pooled = comparison.matrices() * comparison.columns();
    long all = pooled * comparison.pairs().size();
    if (all > MOST_COLUMNS) {
      throw new IllegalArgumentException(
          "%d pairs of tensors of shape %s have %d columns, more than the %d that fit"
              .formatted(
                  comparison.pairs().size(),
                  comparison.tensors().getFirst().shape(),
                  all,
                  MOST_COLUMNS));
    }
    return (int) pooled;
  }

  /// Compares the tensors.
  SimilarityResult run() throws IOException {
    ChangeTotals changes = new ChangeTotals(comparison);
    boolean fits =
        comparison.tensors().stream().allMatch(tensor -> Widening.fitsFloat(tensor.dtype()));
    if (fits) {
      try (FloatPass pass = new FloatPass(comparison, tiling, columns, changes, runner.sums())) {
        runner.runAll(tiling, comparison.models(), pass);
      }
    } else {
      columns.forEach(PairColumns::putAllUnknown);
    }
    redoColumns();
    if (comparison.hasBase() && !(fits && changes.certain(broken))) {
      changes = redoChanges(fits);
    }
    return result(changes);
  }

  private void redoColumns() throws IOException {
    ColumnRedo redo = new ColumnRedo(comparison, tiling, runner, columns);
    for (long unit = 0; unit < tiling.units(); unit++) {
      if (redo.needs(unit)) {
        Magnitudes magnitudes = redo.run(unit);
        largest.add(magnitudes);
        for (int model = 0; model < comparison.models(); model++) {
          broken.add(model, magnitudes.nonFinite[model]);
        }
      }
    }
  }

  /// Scales only what may be float64, of which all units were redone: squares of float32 stay in
  /// range, and their magnitudes are known of some units only.
  private ChangeTotals redoChanges(boolean fits) throws IOException {
    ChangeTotals changes = new ChangeTotals(comparison);
    if (!fits) {
      changes.scaleTo(largest.sizes[0], largest.changes);
    }
    runner.runAll(tiling, comparison.models(), new ChangePass(comparison, tiling, changes));
    return changes;
  }

  private SimilarityResult result(ChangeTotals changes) {
    List<PairSimilarity> similarities = new ArrayList<>();
    for (Pair pair : comparison.pairs()) {
      PairColumns pairColumns = columns.get(similarities.size());
      String name = comparison.name(pair);
      similarities.add(
          broken.has(pair.first()) || broken.has(pair.second())
              ? pairColumns.undefined(name)
              : pairColumns.result(name));
    }
    return new SimilarityResult(
        similarities, changes.statistics(broken), changes.pairStatistics(broken), broken.results());
  }
}
