package dev.halcyon.tensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Reads of exactly the bytes asked for.
final class PositionalReads {
  /// A buffer holds less than 2 GiB, and so does one `pread`; beyond some MiB larger gains nothing.
  private static final long NATIVE_CHUNK = 1L << 26;

  /// Small, because the JDK keeps a native copy buffer of this size for each thread.
  private static final long HEAP_CHUNK = 1L << 16;

  private PositionalReads() {}

  /// Fills `target` with the file's bytes from `position` on.
  ///
  /// @throws InvalidCheckpointException where the file ends before the target is full
  static void read(Path file, FileChannel channel, long position, MemorySegment target)
      throws IOException {
    if (target.isNative()) {
      readNative(file, channel, position, target);
    } else {
      readHeap(file, channel, position, target);
    }
  }

  private static void readNative(
      Path file, FileChannel channel, long position, MemorySegment target) throws IOException {
    for (long done = 0; done < target.byteSize(); done += NATIVE_CHUNK) {
      long chunk = Math.min(NATIVE_CHUNK, target.byteSize() - done);
      readFully(file, channel, position + done, target.asSlice(done, chunk).asByteBuffer());
    }
  }

  private static void readHeap(Path file, FileChannel channel, long position, MemorySegment target)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(Math.min(HEAP_CHUNK, target.byteSize()));
      for (long done = 0; done < target.byteSize(); done += HEAP_CHUNK) {
        long chunk = Math.min(HEAP_CHUNK, target.byteSize() - done);
        readFully(file, channel, position + done, copy.asSlice(0, chunk).asByteBuffer());
        MemorySegment.copy(copy, 0, target, done, chunk);
      }
    }
  }

  private static void readFully(Path file, FileChannel channel, long position, ByteBuffer buffer)
      throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, at);
      if (count < 0) {
        throw new InvalidCheckpointException(
            file.toString(),
            "truncated while reading: "
                + buffer.remaining()
                + " bytes are missing at offset "
                + at
                + "; the file was changed or its storage lost data");
      }
      at += count;
    }
  }
}
