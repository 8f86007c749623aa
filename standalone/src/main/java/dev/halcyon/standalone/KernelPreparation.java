package dev.halcyon.standalone;

import dev.halcyon.analysis.similarity.SimilarityAnalysis;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Has the kernel that a comparison needs compiled while the job is planned.
final class KernelPreparation {
  /// Elements of a model below which scalar kernels are done with the whole job sooner than the
  /// compiler with the vector kernels.
  private static final long WORTH_COMPILING = 1 << 26;

  private KernelPreparation() {}

  /// Begins, in the background.
  ///
  /// @param base folder or file of the base model
  /// @param models to be compared, the base with them
  static void begin(Path base, int models) {
    Thread.ofPlatform()
        .daemon()
        .name("kernel-preparation")
        .start(() -> commonest(base).ifPresent(type -> SimilarityAnalysis.warmUp(type, models)));
  }

  /// The dtype that most of a model is of, where it is large enough; whatever is wrong with a
  /// checkpoint the job itself will say.
  private static Optional<DType> commonest(Path base) {
    Map<DType, Long> elements = new EnumMap<>(DType.class);
    try (Checkpoint checkpoint = Checkpoint.open(base)) {
      checkpoint.tensors().stream()
          .filter(tensor -> tensor.dtype().computable())
          .filter(tensor -> tensor.dtype() != DType.F64)
          .forEach(tensor -> elements.merge(tensor.dtype(), tensor.shape().elements(), Long::sum));
    } catch (IOException | RuntimeException _) {
      return Optional.empty();
    }
    return elements.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .filter(most -> most.getValue() >= WORTH_COMPILING)
        .map(Map.Entry::getKey);
  }
}
