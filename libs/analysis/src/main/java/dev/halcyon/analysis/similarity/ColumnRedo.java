package dev.halcyon.analysis.similarity;

import dev.halcyon.analysis.similarity.Comparison.Pair;
import dev.halcyon.analysis.similarity.tiles.PassRunner;
import dev.halcyon.analysis.similarity.tiles.Tiling;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/// Redoes in float64 the columns that float32 sums could not tell, unit by unit in two passes: one
/// for the scales, one for the sums.
final class ColumnRedo {
  private final Comparison comparison;
  private final Tiling tiling;
  private final PassRunner runner;
  private final List<PairColumns> columns;
  private final List<BitSet> unknown;

  /// @param columns of each pair, all put
  ColumnRedo(Comparison comparison, Tiling tiling, PassRunner runner, List<PairColumns> columns) {
    this.comparison = comparison;
    this.tiling = tiling;
    this.runner = runner;
    this.columns = columns;
    this.unknown = columns.stream().map(PairColumns::unknown).toList();
  }

  /// Whether the unit has an unknown column.
  boolean needs(long unit) {
    return first(unit) < tiling.unfoldedColumns(unit);
  }

  /// The unit's first unknown column of any pair, counted from the unit's own first.
  private int first(long unit) {
    int start = (int) tiling.pooledColumn(unit);
    int end = start + tiling.unfoldedColumns(unit);
    int first = end;
    for (BitSet pair : unknown) {
      int next = pair.nextSetBit(start);
      first = next < 0 ? first : Math.min(first, next);
    }
    return first - start;
  }

  /// The end of the unit's unknown columns of all pairs, counted from the unit's own first.
  private int end(long unit) {
    int start = (int) tiling.pooledColumn(unit);
    int last = start - 1;
    for (BitSet pair : unknown) {
      last = Math.max(last, pair.previousSetBit(start + tiling.unfoldedColumns(unit) - 1));
    }
    return last + 1 - start;
  }

  /// Redoes the unit's unknown columns.
  ///
  /// @return the unit's magnitudes
  Magnitudes run(long unit) throws IOException {
    MagnitudePass magnitudes = new MagnitudePass(comparison, tiling);
    runner.runOne(tiling, unit, comparison.models(), magnitudes);
    UnitScales scales = new UnitScales(tiling, unit, magnitudes.result());
    boolean folded = tiling.unfoldedColumns(unit) < tiling.columns(unit);
    ExactPass sums =
        new ExactPass(
            comparison,
            tiling,
            scales.scales(),
            folded ? 0 : first(unit),
            folded ? tiling.columns(unit) : end(unit));
    runner.runOne(tiling, unit, comparison.models(), sums);
    put(unit, scales, sums.result());
    return magnitudes.result();
  }

  private void put(long unit, UnitScales scales, ExactSums sums) {
    List<Pair> pairs = comparison.pairs();
    for (int pair = 0; pair < pairs.size(); pair++) {
      int first = pairs.get(pair).first();
      int second = pairs.get(pair).second();
      double[] xx = tiling.unfold(unit, sums.squares[first]);
      double[] yy = tiling.unfold(unit, sums.squares[second]);
      double[] dd = tiling.unfold(unit, sums.differences[pair]);
      int start = (int) tiling.pooledColumn(unit);
      BitSet wanted = unknown.get(pair);
      for (int i = wanted.nextSetBit(start);
          i >= 0 && i < start + xx.length;
          i = wanted.nextSetBit(i + 1)) {
        int column = i - start;
        columns
            .get(pair)
            .putExact(
                i,
                xx[column],
                yy[column],
                dd[column],
                scales.exponent(first, column),
                scales.exponent(second, column));
      }
    }
  }
}
