package dev.halcyon.standalone;

import dev.halcyon.analysis.similarity.SimilarityAnalysis;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/// Has the kernel that a comparison of large tensors would wait for compiled while broker and
/// services start, which leaves much of the machine idle.
final class KernelPreparation {
  private KernelPreparation() {}

  /// Begins, in the background.
  ///
  /// @param base folder or file of the base model
  /// @param models to be compared, the base with them
  static void begin(Path base, int models) {
    Thread.ofPlatform()
        .daemon()
        .name("kernel-preparation")
        .start(() ->
            largest(base)
                .filter(tensor -> tensor.shape().elements() >= SimilarityAnalysis.LARGE)
                .ifPresent(tensor -> SimilarityAnalysis.warmUp(tensor.dtype(), models)));
  }

  /// The tensor that takes longest; whatever is wrong with a checkpoint the job itself will say.
  private static Optional<TensorInfo> largest(Path base) {
    try (Checkpoint checkpoint = Checkpoint.open(base)) {
      return checkpoint.tensors().stream()
          .filter(tensor -> tensor.dtype().computable())
          .filter(tensor -> tensor.dtype() != DType.F64)
          .max(Comparator.comparingLong(TensorInfo::bytes));
    } catch (IOException | RuntimeException _) {
      return Optional.empty();
    }
  }
}
