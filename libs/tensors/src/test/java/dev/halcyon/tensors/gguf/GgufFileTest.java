package dev.halcyon.tensors.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.tensors.FileTensorBytes;
import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.SafetensorsFile;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// GGUF files, against llama.cpp's own package (`tools/golden/gguf_golden.py`), and damaged ones.
class GgufFileTest {
  private static final int HEADER = 24;

  @ParameterizedTest
  @EnumSource
  void elementsAreThoseOfLlamaCppsPackageBitForBit(GgufType type) throws Exception {
    byte[] expected = expected(type);
    GgufFile file = GgufFile.open(golden("types.gguf"));
    GgufTensor tensor = file.tensors().get(type + ".weight");

    assertThat(tensor.shape()).isEqualTo(Shape.of(3, 512));
    try (FileChannel channel = FileChannel.open(file.path())) {
      TensorBytes bytes = bytes(file, tensor, channel, 0, 0);
      assertThat(read(bytes, 0, 3 * 512)).isEqualTo(expected);
      for (int[] part : new int[][] {{0, 1}, {1, 1}, {31, 2}, {255, 700}, {511, 2}, {1535, 1}}) {
        assertThat(read(bytes, part[0], part[1]))
            .isEqualTo(slice(expected, part[0] * 4, part[1] * 4));
      }
    }
  }

  @Test
  void theHeaderSaysArchitectureAndHeads() throws Exception {
    GgufFile file = GgufFile.open(golden("types.gguf"));

    assertThat(file.architecture()).isEqualTo("llama");
    assertThat(file.heads()).contains(new GgufFile.Heads(4, 2));
    assertThat(file.fingerprint()).matches("[0-9a-f]{64}");
    assertThat(GgufFile.open(golden("written.gguf")).heads()).isEmpty();
  }

  /// With heads of four rows, the file has rows 0, 2, 1, 3 of each.
  @Test
  void rowsOfHeadsAreReadInTheOrderOfTheCheckpoint() throws Exception {
    float[] stored = {0, 0.5f, 2, 2.5f, 1, 1.5f, 3, 3.5f, 4, 4.5f, 6, 6.5f, 5, 5.5f, 7, 7.5f};
    TensorBytes blocks = memory(floats(stored));
    BlockBytes bytes = new BlockBytes(GgufType.F32, blocks, 8, 2, 2, 0);

    float[] ordered = {0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f, 4, 4.5f, 5, 5.5f, 6, 6.5f, 7, 7.5f};
    assertThat(read(bytes, 0, 16)).isEqualTo(floats(ordered));
    assertThat(read(bytes, 3, 4)).isEqualTo(slice(floats(ordered), 12, 16));
  }

  @Test
  void whatTheConverterAddedIsTakenOff() throws Exception {
    BlockBytes bytes =
        new BlockBytes(GgufType.F32, memory(floats(new float[] {1.25f, -0.5f})), 1, 2, 0, -1);

    assertThat(read(bytes, 0, 2)).isEqualTo(floats(new float[] {0.25f, -1.5f}));
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 0", "3, 2, 0", "4, 2, 3", "4, 2, 4", "4, 2, -1"})
  void blocksThatDoNotFitAreRefused(long rows, long columns, long heads) {
    TensorBytes blocks = memory(new byte[8 * 4]);

    assertThatThrownBy(() -> new BlockBytes(GgufType.F32, blocks, rows, columns, heads, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 1 | is not a GGUF file",
        "4 | 1 | is a GGUF file of version 1; versions 2 and 3 are read",
        "4 | 50331648 | is a big-endian GGUF file",
        "8 | 131073 | says 131073 tensors, more than",
        "12 | -1 | tensors, more than",
        "16 | 65537 | says 65537 fields of metadata",
        "24 | 1025 | says 1025 bytes of key",
      })
  void whatTheHeaderSaysIsCheckedBeforeItIsUsed(int at, int value, String message)
      throws Exception {
    byte[] file = Files.readAllBytes(golden("types.gguf"));
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);

    assertThatThrownBy(() -> parse(file))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageStartingWith("[x.gguf] ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-8 | 32 | lies over another tensor",
        "-8 | 31 | is not aligned to 32",
        "-8 | 1048576 | lies beyond the end of the file",
        "-12 | 10 | is of GGML's type 10, which is not read; read are F32, F16, Q4_0",
        "-20 | 0 | has no elements",
        "-20 | 255 | lies beyond the end of the file",
        "-28 | 100 | rows of 100 are no blocks of Q6_K",
        "-32 | 5 | has 5 dimensions",
        "-32 | 0 | has 0 dimensions",
      })
  void tensorsThatCannotBeThereAreRefused(int at, int value, String message) throws Exception {
    byte[] file = Files.readAllBytes(golden("types.gguf"));
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(endOfInfos(file) + at, value);

    assertThatThrownBy(() -> parse(file))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("tensor Q6_K.weight")
        .hasMessageContaining(message);
  }

  @Test
  void anyDamageOfTheHeaderIsRefusedOrKeepsTheRules() throws Exception {
    byte[] whole = Files.readAllBytes(golden("types.gguf"));
    for (int at = 0; at < endOfInfos(whole); at++) {
      for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff, whole[at] + 1}) {
        byte[] file = whole.clone();
        file[at] = (byte) value;
        requireRefusedOrSound(file);
      }
      requireRefusedOrSound(slice(whole, 0, at));
    }
  }

  private static void requireRefusedOrSound(byte[] file) throws IOException {
    GgufFile read;
    try {
      read = parse(file);
    } catch (InvalidCheckpointException e) {
      assertThat(e).hasMessageStartingWith("[x.gguf] ");
      return;
    }
    List<GgufTensor> tensors = List.copyOf(read.tensors().values());
    for (GgufTensor tensor : tensors) {
      assertThat(tensor.offset()).isGreaterThan(HEADER);
      assertThat(tensor.offset() + tensor.bytes()).isLessThanOrEqualTo(file.length);
      assertThat(tensor.bytes() * tensor.type().elements())
          .isEqualTo(tensor.shape().elements() * tensor.type().bytes());
      assertThat(tensors)
          .filteredOn(other -> !other.equals(tensor))
          .allMatch(other ->
              other.offset() + other.bytes() <= tensor.offset()
                  || tensor.offset() + tensor.bytes() <= other.offset());
    }
  }

  /// The last tensor's entry is dimensions (4 bytes), 512 and 3 (8 each), type (4), offset (8).
  private static int endOfInfos(byte[] file) {
    byte[] name = "Q6_K.weight".getBytes(StandardCharsets.US_ASCII);
    for (int at = 0; ; at++) {
      if (Arrays.equals(file, at, at + name.length, name, 0, name.length)) {
        return at + name.length + 32;
      }
    }
  }

  private static GgufFile parse(byte[] file) throws IOException {
    return GgufFile.read(Path.of("x.gguf"), memory(file), 0);
  }

  private static TensorBytes bytes(
      GgufFile file, GgufTensor tensor, FileChannel channel, long heads, float added) {
    return new BlockBytes(
        tensor.type(),
        new FileTensorBytes(file.path(), channel, tensor.offset(), tensor.bytes()),
        tensor.shape().dimensions().getFirst(),
        tensor.shape().dimensions().getLast(),
        heads,
        added);
  }

  private static byte[] read(TensorBytes bytes, int element, int count) throws IOException {
    byte[] read = new byte[count * Float.BYTES];
    bytes.read((long) element * Float.BYTES, MemorySegment.ofArray(read));
    return read;
  }

  private static byte[] expected(GgufType type) throws Exception {
    try (SafetensorsFile file = SafetensorsFile.open(golden("types.safetensors"))) {
      byte[] bytes = new byte[3 * 512 * Float.BYTES];
      file.bytes(type.name()).read(0, MemorySegment.ofArray(bytes));
      return bytes;
    }
  }

  private static byte[] floats(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static byte[] slice(byte[] bytes, int from, int length) {
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  private static TensorBytes memory(byte[] bytes) {
    return new TensorBytes() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public void read(long offset, MemorySegment target) {
        var _ = Objects.checkFromIndexSize(offset, target.byteSize(), bytes.length);
        MemorySegment.copy(MemorySegment.ofArray(bytes), offset, target, 0, target.byteSize());
      }
    };
  }

  private static Path golden(String name) throws Exception {
    return Path.of(Optional.ofNullable(GgufFileTest.class.getResource(name)).orElseThrow().toURI());
  }
}
