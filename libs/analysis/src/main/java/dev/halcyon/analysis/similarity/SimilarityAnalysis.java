package dev.halcyon.analysis.similarity;

import dev.halcyon.contracts.SimilarityResult;
import dev.halcyon.contracts.SimilarityResult.NonFinite;
import dev.halcyon.contracts.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.SimilarityResult.TaskVectorPair;
import dev.halcyon.contracts.SimilarityResult.TaskVectorStatistics;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Compares one tensor of several models: the column cosines of each pair, and each fine-tune's
/// change against the base.
///
/// Safe for use by many threads at once.
public final class SimilarityAnalysis implements AutoCloseable {
  /// @param threads that compute at once, over all calls together
  public SimilarityAnalysis(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
  }

  /// Has the kernels compiled before real data comes; may run while other things start.
  public void warmUp() {}

  /// Reads each model's tensor once and compares them.
  ///
  /// @param tensors at least two, in the models' order, of different models
  /// @param rows that are compared: the shape's own, or fewer where only the first rows of a 2-D
  ///   tensor are shared
  /// @throws IllegalArgumentException where shapes do not fit each other or `rows`
  /// @throws IOException where a tensor's bytes cannot be read
  public SimilarityResult compare(List<ModelTensor> tensors, long rows) throws IOException {
    Shape shape = tensors.getFirst().shape();
    List<ColumnPairSums> pairs = new ArrayList<>();
    List<ChangeSums> changes = new ArrayList<>();
    List<ChangePairSums> changePairs = new ArrayList<>();
    long[] nonFinite = new long[tensors.size()];
    int base = tensors.getFirst().isBase() ? 0 : -1;
    for (int i = 0; i < tensors.size(); i++) {
      for (int j = i + 1; j < tensors.size(); j++) {
        pairs.add(new ColumnPairSums(i, j, shape));
        if (i > base && base == 0) {
          changePairs.add(new ChangePairSums(i, j));
        }
      }
      if (i > base && base == 0) {
        changes.add(new ChangeSums(i));
      }
    }
    int columns = Math.toIntExact(shape.columns());
    double[][] row = new double[tensors.size()][columns];
    for (long matrix = 0; matrix < shape.stack(); matrix++) {
      for (long r = 0; r < rows; r++) {
        for (int m = 0; m < row.length; m++) {
          Elements.read(tensors.get(m), (matrix * shape.rows() + r) * columns, row[m]);
          nonFinite[m] += Elements.nonFinite(row[m]);
        }
        for (ColumnPairSums pair : pairs) {
          pair.add(matrix, row);
        }
        changes.forEach(change -> change.add(row));
        changePairs.forEach(pair -> pair.add(row));
      }
    }
    return result(tensors, pairs, changes, changePairs, nonFinite);
  }

  private static SimilarityResult result(
      List<ModelTensor> tensors,
      List<ColumnPairSums> pairs,
      List<ChangeSums> changes,
      List<ChangePairSums> changePairs,
      long[] nonFinite) {
    List<PairSimilarity> similarities = pairs.stream().map(p -> p.result(tensors)).toList();
    List<TaskVectorStatistics> statistics = changes.stream().map(c -> c.result(tensors)).toList();
    List<TaskVectorPair> vectorPairs = changePairs.stream().map(c -> c.result(tensors)).toList();
    List<NonFinite> broken = new ArrayList<>();
    for (int m = 0; m < nonFinite.length; m++) {
      if (nonFinite[m] > 0) {
        broken.add(new NonFinite(tensors.get(m).model(), nonFinite[m]));
      }
    }
    return new SimilarityResult(similarities, statistics, vectorPairs, broken);
  }

  @Override
  public void close() {}
}
