package dev.halcyon.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsWriterTest {
  @TempDir Path folder;

  @Test
  void takesPiecesInAnyInterleaving() throws IOException {
    Path target = folder.resolve("m.safetensors");
    List<TensorSpec> specs =
        List.of(
            new TensorSpec("bytes", DType.U8, Shape.of(3)),
            new TensorSpec("floats", DType.F32, Shape.of(2, 1)),
            new TensorSpec("none", DType.F32, Shape.of(0, 9)));
    try (SafetensorsWriter writer = SafetensorsWriter.create(target, specs, Map.of());
        Arena arena = Arena.ofConfined()) {
      writer.write("bytes", MemorySegment.ofArray(new byte[] {1}));
      writer.write("floats", arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0.5f));
      writer.write("bytes", MemorySegment.ofArray(new byte[] {2, 3}));
      writer.write("floats", MemorySegment.ofArray(new float[] {-2}));
      writer.commit();
    }
    try (SafetensorsFile file = SafetensorsFile.open(target)) {
      assertThat(file.bytes("bytes").toArray()).containsExactly(1, 2, 3);
      assertThat(
              MemorySegment.ofArray(file.bytes("floats").toArray())
                  .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
          .containsExactly(0.5f, -2);
      assertThat(file.bytes("none").toArray()).isEmpty();
    }
  }

  @Test
  void everyTensorIsAlignedToItsElements() throws IOException {
    Path target = folder.resolve("m.safetensors");
    List<TensorSpec> specs =
        List.of(
            new TensorSpec("a", DType.U8, Shape.of(3)),
            new TensorSpec("b", DType.BF16, Shape.of(3)),
            new TensorSpec("c", DType.F64, Shape.of(1)),
            new TensorSpec("d", DType.F32, Shape.of(1)));
    try (SafetensorsWriter writer = SafetensorsWriter.create(target, specs, Map.of("k", "v"))) {
      for (TensorSpec spec : specs) {
        writer.write(spec.name(), MemorySegment.ofArray(new byte[(int) spec.bytes()]));
      }
      writer.commit();
    }
    try (SafetensorsFile file = SafetensorsFile.open(target)) {
      assertThat(file.tensors())
          .allSatisfy(tensor -> assertThat(tensor.offset() % tensor.dtype().bytes()).isZero());
    }
  }

  @Test
  void withoutACommitNothingIsLeft() throws IOException {
    Path target = Files.writeString(folder.resolve("m.safetensors"), "what was there before");
    try (SafetensorsWriter writer = SafetensorsWriter.create(target, oneFloat("a"), Map.of())) {
      writer.write("a", MemorySegment.ofArray(new float[] {1}));
    }
    assertThat(target).hasContent("what was there before");
    assertThat(folder.toFile().list()).containsExactly("m.safetensors");
  }

  @Test
  void anIncompleteTensorIsNotCommitted() throws IOException {
    Path target = folder.resolve("m.safetensors");
    try (SafetensorsWriter writer = SafetensorsWriter.create(target, oneFloat("a"), Map.of())) {
      writer.write("a", MemorySegment.ofArray(new byte[] {1}));
      assertThatThrownBy(writer::commit)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("[" + target + "] tensor a has 1 of 4 bytes: not committed");
    }
    assertThat(folder.toFile().list()).isEmpty();
  }

  @Test
  void moreBytesThanTheShapeTakesAreRefused() throws IOException {
    Path target = folder.resolve("m.safetensors");
    try (SafetensorsWriter writer = SafetensorsWriter.create(target, oneFloat("a"), Map.of())) {
      MemorySegment five = MemorySegment.ofArray(new byte[5]);
      assertThatThrownBy(() -> writer.write("a", five))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tensor a takes 4 bytes, and 0 + 5 are given");
      assertThatThrownBy(() -> writer.write("b", five))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no tensor b");
    }
  }

  @Test
  void whatTheReaderWouldRefuseIsNotBegun() {
    Path target = folder.resolve("m.safetensors");
    assertThatThrownBy(() -> new TensorSpec("a\n", DType.F32, Shape.of(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TensorSpec("__metadata__", DType.F32, Shape.of(1)))
        .isInstanceOf(IllegalArgumentException.class);
    List<TensorSpec> twice = List.of(oneFloat("a").getFirst(), oneFloat("a").getFirst());
    assertThatThrownBy(() -> SafetensorsWriter.create(target, twice, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two tensors are named a");
    assertThatThrownBy(() ->
            SafetensorsWriter.create(target, oneFloat("a"), Map.of("k", "half a pair \ud83e")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(folder.toFile().list()).isEmpty();
  }

  private static List<TensorSpec> oneFloat(String name) {
    return List.of(new TensorSpec(name, DType.F32, Shape.of(1)));
  }
}
