package dev.halcyon.services.fetcher;

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

/// Small LoRA adapters on disk.
final class Adapters {
  private Adapters() {}

  /// An adapter of rank 1 and alpha 3 on modules whose weights are `[2, 2]`.
  static Path write(Path folder, String... modules) throws IOException {
    List<TensorSpec> tensors = new ArrayList<>();
    for (String module : modules) {
      String prefix = "base_model.model." + module;
      tensors.add(new TensorSpec(prefix + ".lora_A.weight", DType.F32, Shape.of(1, 2)));
      tensors.add(new TensorSpec(prefix + ".lora_B.weight", DType.F32, Shape.of(2, 1)));
    }
    Files.createDirectories(folder);
    config(folder, "");
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(
            folder.resolve("adapter_model.safetensors"), tensors, Map.of("format", "pt"))) {
      for (TensorSpec tensor : tensors) {
        writer.write(tensor.name(), MemorySegment.ofArray(new float[] {1, 2}));
      }
      writer.commit();
    }
    return folder;
  }

  /// Writes the config.
  ///
  /// @param fields more of them, each with a comma before it
  static void config(Path folder, String fields) throws IOException {
    Files.writeString(
        folder.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 3" + fields + "}");
  }
}
