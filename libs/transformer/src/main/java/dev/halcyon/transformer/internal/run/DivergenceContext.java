package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.DivergenceOptions;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.ElementType;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;

/// What all steps of a divergence run share.
///
/// @param blueprint of all models, with the base's names
/// @param readAhead thread that reads weights
/// @param options of the run
/// @param samples by number
/// @param packs of all samples
/// @param memory it draws on
/// @param plan for using it
/// @param meter of its progress
record DivergenceContext(
    Blueprint blueprint,
    ExecutorService readAhead,
    DivergenceOptions options,
    List<Sequence> samples,
    List<Pack> packs,
    HostMemory memory,
    RunPlan plan,
    DivergenceMeter meter) {
  /// Rows of some packs that follow one another.
  RowStore rows(List<Pack> some, ElementType type) throws IOException {
    return RowStore.of(some, memory, blueprint.hidden(), type);
  }

  int totalRows() {
    return Math.toIntExact(packs.getLast().firstRow() + packs.getLast().rows());
  }
}
