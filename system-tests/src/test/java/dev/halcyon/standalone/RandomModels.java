package dev.halcyon.standalone;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.SafetensorsWriter;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Checkpoints of many small tensors: a base, and copies of it with a few bits changed.
final class RandomModels {
  private static final int SIZE = 48;
  private static final long WEIGHTS_SEED = 7;

  private RandomModels() {}

  /// Writes a model of so many layers; seed 0 is the base.
  static Path write(Path folder, int layers, long seed) throws IOException {
    Files.createDirectories(folder);
    List<TensorSpec> tensors = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (String component : List.of("self_attn.q_proj", "self_attn.k_proj", "mlp.up_proj")) {
        tensors.add(
            new TensorSpec(
                "model.layers." + layer + "." + component + ".weight",
                DType.F32,
                Shape.of(SIZE, SIZE)));
      }
    }
    Random weights = new Random(WEIGHTS_SEED);
    Random changes = new Random(seed);
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve("model.safetensors"), tensors, Map.of())) {
      for (TensorSpec tensor : tensors) {
        writer.write(tensor.name(), MemorySegment.ofArray(values(weights, changes, seed)));
      }
      writer.commit();
    }
    return folder;
  }

  private static float[] values(Random weights, Random changes, long seed) {
    float[] values = new float[SIZE * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) weights.nextGaussian();
      if (seed != 0 && changes.nextInt(4) == 0) {
        values[i] += 0.01f * (float) changes.nextGaussian();
      }
    }
    return values;
  }
}
