package dev.halcyon.tensors;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Small files for tests that are about something else than the writer.
final class TinyFiles {
  private TinyFiles() {}

  /// A file of one-element F32 tensors, the first holding 0, the second 1, and so on.
  static Path write(Path file, String... tensors) throws IOException {
    List<TensorSpec> specs =
        Arrays.stream(tensors).map(name -> new TensorSpec(name, DType.F32, Shape.of(1))).toList();
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, specs, Map.of())) {
      for (int i = 0; i < tensors.length; i++) {
        writer.write(tensors[i], MemorySegment.ofArray(new float[] {i}));
      }
      writer.commit();
    }
    return file;
  }

  /// A file of that header, unchecked, and so many bytes of data.
  static byte[] raw(String header, int data) {
    byte[] json = header.getBytes(UTF_8);
    byte[] file = Arrays.copyOf(HeaderJson.prefix(json.length), 8 + json.length + data);
    System.arraycopy(json, 0, file, 8, json.length);
    return file;
  }

  /// An index that names a shard for each tensor, as pairs.
  static Path index(Path folder, String... tensorsAndShards) throws IOException {
    StringBuilder map = new StringBuilder();
    for (int i = 0; i < tensorsAndShards.length; i += 2) {
      map.append(i == 0 ? "" : ",");
      map.append('"').append(tensorsAndShards[i]).append("\":\"");
      map.append(tensorsAndShards[i + 1].replace("\\", "\\\\")).append('"');
    }
    return Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"metadata\":{\"total_size\":1},\"weight_map\":{" + map + "}}");
  }
}
