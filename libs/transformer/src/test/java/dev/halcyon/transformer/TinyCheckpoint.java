package dev.halcyon.transformer;

import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.SafetensorsWriter;
import dev.halcyon.tensors.TensorInfo;
import dev.halcyon.tensors.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// Makes checkpoints out of golden ones.
final class TinyCheckpoint {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private TinyCheckpoint() {}

  /// Copies a checkpoint stored in float32.
  ///
  /// @param change is given each tensor's name and values
  static Path copy(Path from, Path to, BiConsumer<String, float[]> change) throws IOException {
    Files.createDirectories(to);
    Files.copy(from.resolve("config.json"), to.resolve("config.json"));
    try (Checkpoint checkpoint = Checkpoint.open(from.resolve("model.safetensors"))) {
      List<TensorSpec> specs =
          checkpoint.tensors().stream()
              .map(tensor -> new TensorSpec(tensor.name(), tensor.dtype(), tensor.shape()))
              .toList();
      try (SafetensorsWriter writer =
          SafetensorsWriter.create(to.resolve("model.safetensors"), specs, Map.of())) {
        for (TensorInfo tensor : checkpoint.tensors()) {
          writer.write(tensor.name(), changed(checkpoint, tensor, change));
        }
        writer.commit();
      }
    }
    return to;
  }

  /// Copies a checkpoint, with another config.
  static Path withConfig(Path from, Path to, String config) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(from)) {
      for (Path file : files.filter(f -> !f.endsWith("expected.safetensors")).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    Files.writeString(to.resolve("config.json"), config);
    return to;
  }

  private static MemorySegment changed(
      Checkpoint checkpoint, TensorInfo tensor, BiConsumer<String, float[]> change)
      throws IOException {
    MemorySegment content = MemorySegment.ofArray(checkpoint.bytes(tensor).toArray());
    if (tensor.dtype() != DType.F32) {
      return content;
    }
    float[] values = content.toArray(FLOAT);
    change.accept(tensor.name(), values);
    return MemorySegment.ofArray(values);
  }
}
