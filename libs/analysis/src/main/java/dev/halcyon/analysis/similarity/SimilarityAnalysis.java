package dev.halcyon.analysis.similarity;

import dev.halcyon.contracts.SimilarityResult;
import java.io.IOException;
import java.util.List;

/// Compares one tensor of several models: the column cosines of each pair, and each fine-tune's
/// change against the base.
///
/// Every element is read once; what float32 sums cannot tell (scaled copies, zero columns, numbers
/// whose squares leave float32's range) is read again and summed up in float64. Results are the
/// same bits on every machine, for any number of threads and any width of vectors. Memory is
/// bounded for any tensor.
///
/// Safe for use by many threads at once; small tensors are compared by the calling thread.
public final class SimilarityAnalysis implements AutoCloseable {
  private final Workers workers;
  private final Scratch.Pool scratches = new Scratch.Pool();
  private final PassRunner runner;

  /// Starts the threads.
  ///
  /// @param threads that compute at once, over all calls together
  public SimilarityAnalysis(int threads) {
    this.workers = new Workers(threads);
    this.runner = new PassRunner(workers, scratches);
  }

  /// Compares tensors.
  ///
  /// @param tensors at least two, in the models' order, of different models, the base first
  /// @param rows that are compared: the shape's own, or fewer where only the first rows of a 2-D
  ///   tensor are shared
  /// @throws IllegalArgumentException where shapes do not fit each other or `rows`, where a
  ///   tensor's bytes are too few, or where there are more than [#MOST_COLUMNS] columns of all
  ///   pairs together
  /// @throws IOException where a tensor's bytes cannot be read
  public SimilarityResult compare(List<ModelTensor> tensors, long rows) throws IOException {
    Comparison comparison = new Comparison(tensors, rows);
    return new TensorComparison(comparison, runner).run();
  }

  /// The columns of all pairs together that one comparison can hold; tensors of more are refused.
  public static final long MOST_COLUMNS = TensorComparison.MOST_COLUMNS;

  /// Waits for comparisons under way, and ends the threads.
  @Override
  public void close() {
    workers.close();
  }
}
