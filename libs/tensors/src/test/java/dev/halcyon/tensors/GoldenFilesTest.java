package dev.halcyon.tensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files written by the reference implementation.
final class GoldenFilesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "types.safetensors",
        "torch.safetensors",
        "sharded/model-00001-of-00002.safetensors",
        "sharded/model-00002-of-00002.safetensors"
      })
  void theyHoldWhatTheReferenceReads(String name) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(Golden.path(name))) {
      Map<String, Golden.Tensor> read = new TreeMap<>();
      for (TensorInfo tensor : file.tensors()) {
        read.put(tensor.name(), Golden.tensor(tensor, content(file.bytes(tensor.name()))));
      }
      assertThat(read).isEqualTo(Golden.expected(name));
    }
  }

  @Test
  void shardsAreOneCheckpoint() throws IOException {
    Map<String, Golden.Tensor> expected =
        new TreeMap<>(Golden.expected("sharded/model-00001-of-00002.safetensors"));
    expected.putAll(Golden.expected("sharded/model-00002-of-00002.safetensors"));
    try (Checkpoint checkpoint = Checkpoint.open(Golden.path("sharded"))) {
      Map<String, Golden.Tensor> read = new TreeMap<>();
      for (TensorInfo tensor : checkpoint.tensors()) {
        read.put(tensor.name(), Golden.tensor(tensor, content(checkpoint.bytes(tensor))));
      }
      assertThat(read).isEqualTo(expected);
      assertThat(checkpoint.totalBytes()).isEqualTo((11 * 4 + 4 * 6 + 4) * 4);
    }
  }

  @Test
  void metadataIsRead() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(Golden.path("types.safetensors"))) {
      assertThat(file.header().metadata()).containsExactly(Map.entry("format", "golden é\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "types.safetensors",
        "torch.safetensors",
        "sharded/model-00001-of-00002.safetensors"
      })
  void writtenAgainTheyAreTheReferencesBytes(String name) throws IOException {
    Path copy = folder.resolve("copy.safetensors");
    try (Checkpoint original = Checkpoint.open(Golden.path(name))) {
      List<TensorSpec> specs =
          original.tensors().stream()
              .map(tensor -> new TensorSpec(tensor.name(), tensor.dtype(), tensor.shape()))
              .toList();
      Map<String, String> metadata = original.files().getFirst().header().metadata();
      try (SafetensorsWriter writer = SafetensorsWriter.create(copy, specs, metadata)) {
        for (TensorInfo tensor : original.tensors().reversed()) {
          writer.write(tensor.name(), original.bytes(tensor));
        }
        writer.commit();
      }
    }
    assertThat(copy).hasSameBinaryContentAs(Golden.path(name));
    assertThat(folder.toFile().list())
        .as("nothing left beside it")
        .containsExactly("copy.safetensors");
  }

  private static MemorySegment content(TensorBytes bytes) throws IOException {
    return MemorySegment.ofArray(bytes.toArray());
  }
}
