package dev.halcyon.services.similarity;

import dev.halcyon.analysis.similarity.ModelTensor;
import dev.halcyon.analysis.similarity.UnchangedModels;
import dev.halcyon.analysis.values.ValueBytes;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorValue;
import dev.halcyon.services.common.EndedAttempts;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Compares a tensor of several models.
final class TensorHandler {
  private final TensorSources sources;
  private final EndedAttempts ended;
  private final Comparison comparison;

  /// What computes.
  interface Comparison {
    SimilarityResult compare(List<ModelTensor> tensors, long rows) throws IOException;
  }

  TensorHandler(TensorSources sources, EndedAttempts ended, Comparison comparison) {
    this.sources = sources;
    this.ended = ended;
    this.comparison = comparison;
  }

  /// @throws dev.halcyon.services.common.AttemptEndedException if the attempt has ended
  TensorResult handle(TensorReady ready) throws IOException {
    ended.refuse(ready.jobId(), ready.attempt());
    PlannedTensor planned = ready.tensor();
    return new TensorResult(ready.jobId(), planned.tensor(), planned.bytes(), result(planned));
  }

  private SimilarityResult result(PlannedTensor planned) throws IOException {
    List<TensorCopy> read = planned.copies().stream().filter(copy -> !isUnchanged(copy)).toList();
    SimilarityResult found =
        read.size() < 2 ? UnchangedModels.NOTHING_READ : compare(planned, read);
    return read.size() == planned.copies().size() ? found : withUnchanged(planned, found);
  }

  private static boolean isUnchanged(TensorCopy copy) {
    return copy.value() instanceof TensorValue.Unchanged;
  }

  private SimilarityResult compare(PlannedTensor planned, List<TensorCopy> read)
      throws IOException {
    try (OpenedTensors opened = sources.open(read)) {
      return comparison.compare(tensors(read, opened), rows(planned));
    }
  }

  private static SimilarityResult withUnchanged(PlannedTensor planned, SimilarityResult found) {
    Shape shape = planned.shape();
    return UnchangedModels.include(
        planned.copies().stream().map(TensorCopy::model).toList(),
        planned.copies().stream()
            .filter(TensorHandler::isUnchanged)
            .map(TensorCopy::model)
            .collect(Collectors.toSet()),
        found,
        shape.stack() * shape.columns());
  }

  private static List<ModelTensor> tensors(List<TensorCopy> copies, OpenedTensors opened) {
    List<ModelTensor> tensors = new ArrayList<>();
    for (TensorCopy copy : copies) {
      tensors.add(
          new ModelTensor(
              copy.model(),
              copy.dtype(),
              copy.shape(),
              ValueBytes.of(copy.value(), opened::bytes)));
    }
    return tensors;
  }

  private static long rows(PlannedTensor planned) {
    return planned.shape().rows();
  }
}
