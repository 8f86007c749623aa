package dev.halcyon.tensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointTest {
  @TempDir Path folder;

  @Test
  void readsWhatTheWriterWrote() throws Exception {
    write("model.safetensors", Map.of("b", new float[] {1, 2, 3}, "a", new float[] {4}));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.tensors()).extracting(TensorInfo::name).containsExactly("a", "b");
      TensorInfo b = checkpoint.find("b").orElseThrow();
      assertThat(floats(checkpoint.map(b))).containsExactly(1, 2, 3);
      float[] read = new float[2];
      checkpoint.bytes(b).read(4, MemorySegment.ofArray(read));
      assertThat(read).containsExactly(2, 3);
      assertThat(checkpoint.totalBytes()).isEqualTo(16);
    }
  }

  @Test
  void readsShardsThroughTheirIndex() throws Exception {
    write("model-00001-of-00002.safetensors", Map.of("a", new float[] {1}));
    write("model-00002-of-00002.safetensors", Map.of("b", new float[] {2}));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        """
        {"metadata": {"total_size": 8}, "weight_map": {
          "a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
        """);
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      for (TensorInfo tensor : checkpoint.tensors()) {
        assertThat(floats(checkpoint.map(tensor)))
            .containsExactly(tensor.name().charAt(0) - 'a' + 1);
      }
    }
  }

  private void write(String file, Map<String, float[]> tensors) throws Exception {
    List<TensorSpec> specs =
        tensors.entrySet().stream()
            .map(t -> new TensorSpec(t.getKey(), DType.F32, Shape.of(t.getValue().length)))
            .toList();
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve(file), specs, Map.of())) {
      for (Map.Entry<String, float[]> tensor : tensors.entrySet()) {
        writer.write(tensor.getKey(), MemorySegment.ofArray(tensor.getValue()));
      }
      writer.commit();
    }
  }

  private static float[] floats(MemorySegment bytes) {
    return bytes.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }
}
