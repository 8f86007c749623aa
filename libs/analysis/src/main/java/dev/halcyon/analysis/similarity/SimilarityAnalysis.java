package dev.halcyon.analysis.similarity;

import dev.halcyon.analysis.similarity.tiles.PassRunner;
import dev.halcyon.analysis.similarity.tiles.Scratch;
import dev.halcyon.analysis.threads.Workers;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.kernels.SimilarityKernels;
import dev.halcyon.tensors.kernels.SumsLayout;
import dev.halcyon.tensors.kernels.Tile;
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
  /// Elements of a tensor below which scalar kernels are done sooner than the compiler.
  static final long WORTH_COMPILING = 1 << 20;

  private final Workers workers;
  private final Scratch.Pool scratches = new Scratch.Pool();
  private final PassRunner runner;

  /// Starts the threads.
  ///
  /// @param threads that compute at once, over all calls together
  public SimilarityAnalysis(int threads) {
    this.workers = new Workers(threads, "similarity");
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

  /// Has the kernel compiled that compares large tensors, which takes half a second once in a
  /// process; returns when it is. Otherwise the first large tensor waits for it, and small ones do
  /// with scalar code.
  ///
  /// @param type of all models' tensors
  /// @param models of which the first is a base
  public static void warmUp(DType type, int models) {
    SimilarityKernels.warmUp(
        new SumsLayout(
            type == DType.BF16 ? Tile.Format.BFLOAT16 : Tile.Format.FLOAT32,
            Math.min(models, 3),
            true,
            1));
  }

  /// The columns of all pairs together that one comparison can hold; tensors of more are refused.
  public static final long MOST_COLUMNS = TensorComparison.MOST_COLUMNS;

  /// Waits for comparisons under way, and ends the threads.
  @Override
  public void close() {
    workers.close();
  }
}
