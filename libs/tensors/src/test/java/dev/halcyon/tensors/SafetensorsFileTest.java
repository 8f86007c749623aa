package dev.halcyon.tensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsFileTest {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  @TempDir Path folder;

  @Test
  void tensorsLieAndExtendBeyondTwoGibibytes() throws IOException {
    long large = (1L << 31) + 5;
    String json =
        """
        {"large":{"dtype":"U8","shape":[%d],"data_offsets":[0,%d]},\
        "after":{"dtype":"I32","shape":[2],"data_offsets":[%d,%d]}}\
        """
            .formatted(large, large, large, large + 8);
    Path path = sparse(json, large + 8);
    long start = 8L + json.length();
    put(path, start + large - 1, (byte) 7);
    put(path, start + large + 4, (byte) 9);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.bytes("large").size()).isEqualTo(large);
      assertThat(readInt(file.bytes("after"), 4)).isEqualTo(9);
      // One byte more than is read in one piece.
      long tail = (1L << 26) + 1;
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment end = arena.allocate(tail);
        file.bytes("large").read(large - tail, end);
        assertThat(end.get(ValueLayout.JAVA_BYTE, tail - 1)).isEqualTo((byte) 7);
        assertThat(end.asSlice(0, tail - 1).mismatch(arena.allocate(tail - 1))).isEqualTo(-1);
      }
    }
  }

  @Test
  void readsIntoEveryKindOfMemory() throws IOException {
    int size = 200_003;
    byte[] content = new byte[size];
    for (int i = 0; i < size; i++) {
      content[i] = (byte) (i * 31 + i / 251);
    }
    Path path = folder.resolve("model.safetensors");
    byte[] raw = TinyFiles.raw(oneTensor(size), size);
    System.arraycopy(content, 0, raw, raw.length - size, size);
    Files.write(path, raw);
    try (SafetensorsFile file = SafetensorsFile.open(path);
        Arena arena = Arena.ofConfined()) {
      TensorBytes bytes = file.bytes("x");
      for (MemorySegment target :
          List.of(
              arena.allocate(size - 3),
              MemorySegment.ofArray(new byte[size - 3]),
              MemorySegment.ofArray(new short[(size - 3) / 2]))) {
        bytes.read(3, target);
        assertThat(target.mismatch(MemorySegment.ofArray(content).asSlice(3))).isEqualTo(-1);
      }
    }
  }

  @Test
  void manyThreadsReadAtOnce() throws Exception {
    Path path = TinyFiles.write(folder.resolve("m.safetensors"), "a", "b", "c", "d");
    try (SafetensorsFile file = SafetensorsFile.open(path);
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> reads =
          file.tensors().stream()
              .<Future<?>>map(tensor -> threads.submit(() -> readOften(file, tensor)))
              .toList();
      for (Future<?> read : reads) {
        read.get();
      }
    }
  }

  @Test
  void readsOutsideATensorAreRefused() throws IOException {
    Path path = TinyFiles.write(folder.resolve("m.safetensors"), "a", "b");
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      MemorySegment five = MemorySegment.ofArray(new byte[5]);
      assertThatThrownBy(() -> file.bytes("a").read(0, five))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> file.bytes("a").read(-1, five.asSlice(0, 1)))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> file.bytes("c"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("[" + path + "] has no tensor c");
    }
  }

  @Test
  void aFileThatShrinksWhileItIsReadIsReported() throws IOException {
    Path path = TinyFiles.write(folder.resolve("m.safetensors"), "a", "b");
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      truncate(path, file.size() - 2);
      assertThatThrownBy(() -> readInt(file.bytes("b"), 0))
          .isInstanceOf(InvalidCheckpointException.class)
          .hasMessageStartingWith("[" + path + "] truncated while reading: 2 bytes are missing");
      assertThat(readInt(file.bytes("a"), 0)).isZero();
    }
  }

  @Test
  void theHeaderIsNotAllocatedBeforeItsLengthIsChecked() throws IOException {
    Path path = folder.resolve("m.safetensors");
    Files.write(path, HeaderJson.prefix(99_999_999));
    long before = allocated();
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(InvalidCheckpointException.class);
    assertThat(allocated() - before).isLessThan(10_000_000);
  }

  @Test
  void whatIsNoFileIsSaidToBeNone() throws IOException {
    Path missing = folder.resolve("no.safetensors");
    Path link = Files.createSymbolicLink(folder.resolve("link.safetensors"), missing);
    assertThatThrownBy(() -> SafetensorsFile.open(missing))
        .hasMessage("[" + missing + "] no such file");
    assertThatThrownBy(() -> SafetensorsFile.open(folder))
        .hasMessage("[" + folder + "] is a folder, not a file");
    assertThatThrownBy(() -> SafetensorsFile.open(link))
        .hasMessageContaining("is a link to a file that is not there");
    assertThatThrownBy(() -> SafetensorsFile.open(Path.of("/dev/null")))
        .hasMessage("[/dev/null] is not a regular file");
  }

  private static void readOften(SafetensorsFile file, TensorInfo tensor) {
    try {
      for (int i = 0; i < 2000; i++) {
        float[] value = new float[1];
        file.bytes(tensor.name()).read(0, MemorySegment.ofArray(value));
        assertThat(value[0]).isEqualTo(tensor.name().charAt(0) - 'a');
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int readInt(TensorBytes bytes, long offset) throws IOException {
    MemorySegment target = MemorySegment.ofArray(new byte[4]);
    bytes.read(offset, target);
    return target.get(INT, 0);
  }

  private static String oneTensor(int size) {
    return "{\"x\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
        .formatted(size, size);
  }

  private Path sparse(String json, long data) throws IOException {
    Path path = folder.resolve("sparse.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(HeaderJson.prefix(json.length()));
      file.write(json.getBytes(UTF_8));
      file.setLength(8 + json.length() + data);
    }
    return path;
  }

  private static void put(Path path, long offset, byte value) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {value}), offset);
    }
  }

  private static void truncate(Path path, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
