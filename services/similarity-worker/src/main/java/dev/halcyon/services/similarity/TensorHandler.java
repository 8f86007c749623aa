package dev.halcyon.services.similarity;

import dev.halcyon.analysis.similarity.ModelTensor;
import dev.halcyon.analysis.values.ValueBytes;
import dev.halcyon.contracts.Plan.PlannedTensor;
import dev.halcyon.contracts.SimilarityResult;
import dev.halcyon.contracts.TensorCopy;
import dev.halcyon.contracts.TensorReady;
import dev.halcyon.contracts.TensorResult;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Compares a tensor of several models.
final class TensorHandler {
  private final TensorSources sources;
  private final Comparison comparison;

  /// What computes.
  interface Comparison {
    SimilarityResult compare(List<ModelTensor> tensors, long rows) throws IOException;
  }

  TensorHandler(TensorSources sources, Comparison comparison) {
    this.sources = sources;
    this.comparison = comparison;
  }

  TensorResult handle(TensorReady ready) throws IOException {
    PlannedTensor planned = ready.tensor();
    try (OpenedTensors opened = sources.open(planned.copies())) {
      SimilarityResult similarity = comparison.compare(tensors(planned, opened), rows(planned));
      return new TensorResult(ready.jobId(), planned.tensor(), planned.bytes(), similarity);
    }
  }

  private static List<ModelTensor> tensors(PlannedTensor planned, OpenedTensors opened) {
    List<ModelTensor> tensors = new ArrayList<>();
    for (TensorCopy copy : planned.copies()) {
      tensors.add(
          new ModelTensor(
              copy.model(),
              ValueBytes.dtype(copy.dtype()),
              new Shape(copy.shape()),
              ValueBytes.of(copy.value(), opened::bytes)));
    }
    return tensors;
  }

  private static long rows(PlannedTensor planned) {
    return new Shape(planned.shape()).rows();
  }
}
