package dev.halcyon.analysis.similarity;

import dev.halcyon.analysis.similarity.Comparison.Pair;
import dev.halcyon.analysis.similarity.tiles.Pass;
import dev.halcyon.analysis.similarity.tiles.Scratch;
import dev.halcyon.analysis.similarity.tiles.SumsPool;
import dev.halcyon.analysis.similarity.tiles.Tiling;
import dev.halcyon.analysis.similarity.tiles.Tiling.Block;
import dev.halcyon.tensors.kernels.SimilarityKernels;
import dev.halcyon.tensors.kernels.SumsLayout;
import dev.halcyon.tensors.kernels.SumsLayout.Plane;
import dev.halcyon.tensors.kernels.TileSums;
import dev.halcyon.tensors.kernels.TileTotals;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/// The pass that nearly always suffices: the kernels' float32 sums over blocks, float64 totals over
/// units.
final class FloatPass implements Pass<List<TileSums>>, AutoCloseable {
  private final Comparison comparison;
  private final Tiling tiling;
  private final TileSource source;
  private final List<ModelGroup> groups;
  private final List<TileTotals> totals;
  private final List<PairColumns> columns;
  private final ChangeTotals changes;
  private final SumsPool pool;
  private final Queue<TileSums> taken = new ConcurrentLinkedQueue<>();

  /// @param columns of each pair, to be put
  /// @param changes to be added to
  FloatPass(
      Comparison comparison,
      Tiling tiling,
      List<PairColumns> columns,
      ChangeTotals changes,
      SumsPool pool) {
    this.comparison = comparison;
    this.tiling = tiling;
    this.source = new TileSource(comparison, tiling.unitColumns());
    this.groups = ModelGroup.of(comparison);
    this.pool = pool;
    this.totals = groups.stream().map(group -> pool.takeTotals(layout(group))).toList();
    this.columns = columns;
    this.changes = changes;
    if (comparison.elements() >= SimilarityAnalysis.WORTH_COMPILING) {
      groups.forEach(group -> SimilarityKernels.warmUp(layout(group)));
    }
  }

  private SumsLayout layout(ModelGroup group) {
    return new SumsLayout(
        source.format(), group.models().size(), comparison.hasBase(), tiling.unitColumns());
  }

  @Override
  public List<TileSums> newSums() {
    List<TileSums> sums = groups.stream().map(group -> pool.takeSums(layout(group))).toList();
    taken.addAll(sums);
    return sums;
  }

  @Override
  public Reader<List<TileSums>> reader(Scratch scratch) {
    return source.reader(groups, scratch);
  }

  @Override
  public void merge(Block block, List<TileSums> sums) {
    for (int group = 0; group < totals.size(); group++) {
      totals.get(group).add(sums.get(group));
    }
    if (block.last()) {
      endUnit(block.unit());
      totals.forEach(TileTotals::clear);
    }
  }

  private void endUnit(long unit) {
    List<Map<Plane, double[]>> unfolded =
        groups.stream().<Map<Plane, double[]>>map(_ -> new EnumMap<>(Plane.class)).toList();
    List<Pair> pairs = comparison.pairs();
    for (int pair = 0; pair < pairs.size(); pair++) {
      int group = groupOf(pairs.get(pair));
      putColumns(unit, pairs.get(pair), group, unfolded.get(group), columns.get(pair));
    }
    if (comparison.hasBase()) {
      addChanges();
    }
  }

  /// @param unfolded planes of the group that an earlier pair had use for
  private void putColumns(
      long unit, Pair pair, int group, Map<Plane, double[]> unfolded, PairColumns target) {
    Function<Plane, double[]> unfold =
        plane -> tiling.unfold(unit, totals.get(group).columns(plane, tiling.columns(unit)));
    ModelGroup models = groups.get(group);
    target.put(
        (int) tiling.pooledColumn(unit),
        unfolded.computeIfAbsent(models.squares(pair.first()), unfold),
        unfolded.computeIfAbsent(models.squares(pair.second()), unfold),
        unfolded.computeIfAbsent(models.differences(pair), unfold));
  }

  private int groupOf(Pair pair) {
    for (int group = 0; group < groups.size(); group++) {
      if (groups.get(group).has(pair)) {
        return group;
      }
    }
    throw new IllegalStateException("no group has " + pair);
  }

  private void addChanges() {
    changes.baseSquares += totals.getFirst().sum(Plane.XX);
    for (int model : comparison.fineTunes()) {
      int group = groupOf(new Pair(0, model));
      addChange(totals.get(group), groups.get(group).isThird(model), changes.change(model));
    }
    List<Pair> pairs = comparison.fineTunePairs();
    for (int pair = 0; pair < pairs.size(); pair++) {
      addPair(totals.get(groupOf(pairs.get(pair))), changes.pair(pair));
    }
  }

  private static void addChange(TileTotals totals, boolean third, ChangeSums target) {
    target.squares += totals.sum(third ? Plane.XZ : Plane.XY);
    target.sum += totals.sum(third ? Plane.Z_CHANGE : Plane.Y_CHANGE);
    target.changed += totals.count(third ? TileSums.Z_CHANGED : TileSums.Y_CHANGED);
    target.least = Math.min(target.least, totals.smallestChange(third));
    target.most = Math.max(target.most, totals.largestChange(third));
  }

  private static void addPair(TileTotals totals, ChangePairSums target) {
    target.product += totals.sum(Plane.CHANGE_PRODUCT);
    target.changed += totals.count(TileSums.BOTH_CHANGED);
    target.opposite += totals.count(TileSums.OPPOSITE);
  }

  /// Gives back the memory; to be called when the pass has ended.
  @Override
  public void close() {
    taken.forEach(pool::giveBack);
    totals.forEach(pool::giveBack);
  }
}
