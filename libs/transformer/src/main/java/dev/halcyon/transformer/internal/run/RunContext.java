package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.FisherOptions;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.blueprint.Layer;
import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.torch.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/// What all steps of a run share.
///
/// @param blueprint of the model
/// @param reader of its tensors
/// @param readAhead thread that reads them
/// @param options of the run
/// @param ledger of its samples
/// @param memory it draws on
/// @param plan for using it
/// @param meter of its progress
record RunContext(
    Blueprint blueprint,
    WeightReader reader,
    ExecutorService readAhead,
    FisherOptions options,
    SampleLedger ledger,
    HostMemory memory,
    RunPlan plan,
    Meter meter) {
  ElementType type() {
    return switch (options.precision()) {
      case FP32 -> ElementType.FLOAT32;
      case BF16 -> ElementType.BFLOAT16;
      case FP16 -> ElementType.FLOAT16;
    };
  }

  /// Reads the layers' parameters in the given order.
  WeightStream stream(List<Layer> layers) {
    List<WeightStream.Part> parts = new ArrayList<>();
    layers.forEach(layer -> parts.add(part(layer.parameters())));
    return new WeightStream(reader, readAhead, parts);
  }

  static WeightStream.Part part(List<Parameter> parameters) {
    return new WeightStream.Part(
        parameters.stream()
            .map(parameter -> new WeightStream.Slice(parameter.name(), 0, parameter.elements()))
            .toList());
  }
}
