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
    return write(folder, layers, SIZE, seed);
  }

  /// Writes a model of so many layers, of square matrices of that size; seed 0 is the base.
  static Path write(Path folder, int layers, int size, long seed) throws IOException {
    List<String> names = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (String component : List.of("self_attn.q_proj", "self_attn.k_proj", "mlp.up_proj")) {
        names.add("model.layers." + layer + "." + component + ".weight");
      }
    }
    return write(folder, names, size, seed);
  }

  /// Writes a model of square matrices of those names and that size; seed 0 is the base.
  static Path write(Path folder, List<String> names, int size, long seed) throws IOException {
    Files.createDirectories(folder);
    List<TensorSpec> tensors =
        names.stream().map(name -> new TensorSpec(name, DType.F32, Shape.of(size, size))).toList();
    Random weights = new Random(WEIGHTS_SEED);
    Random changes = new Random(seed);
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve("model.safetensors"), tensors, Map.of())) {
      for (TensorSpec tensor : tensors) {
        writer.write(tensor.name(), MemorySegment.ofArray(values(size, weights, changes, seed)));
      }
      writer.commit();
    }
    return folder;
  }

  private static float[] values(int size, Random weights, Random changes, long seed) {
    float[] values = new float[size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) weights.nextGaussian();
      if (seed != 0 && changes.nextInt(4) == 0) {
        values[i] += 0.01f * (float) changes.nextGaussian();
      }
    }
    return values;
  }
}
