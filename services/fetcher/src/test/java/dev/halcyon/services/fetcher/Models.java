package dev.halcyon.services.fetcher;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.SafetensorsWriter;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Small checkpoints on disk.
final class Models {
  private Models() {}

  /// A folder with float32 tensors of `[2, 2]`, all filled with one byte.
  static Path write(Path folder, int fill, String... keys) throws IOException {
    Files.createDirectories(folder);
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (String key : keys) {
      byte[] content = new byte[16];
      java.util.Arrays.fill(content, (byte) fill);
      contents.put(key, content);
    }
    List<TensorSpec> tensors =
        contents.keySet().stream()
            .map(key -> new TensorSpec(key, DType.F32, Shape.of(2, 2)))
            .toList();
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve("model.safetensors"), tensors, Map.of())) {
      for (Map.Entry<String, byte[]> content : contents.entrySet()) {
        writer.write(content.getKey(), MemorySegment.ofArray(content.getValue()));
      }
      writer.commit();
    }
    return folder;
  }
}
