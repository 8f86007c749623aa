package dev.halcyon.hub;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Reads a range of a file in the local cache.
final class CachedRead {
  private static final int CHUNK = 4 << 20;

  private CachedRead() {}

  static void stream(Path path, long offset, long length, ChunkConsumer consumer)
      throws IOException {
    try (FileChannel channel = FileChannel.open(path);
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.max(1, Math.min(CHUNK, length)));
      for (long position = 0; position < length; ) {
        long bytes = Math.min(buffer.byteSize(), length - position);
        MemorySegment chunk = buffer.asSlice(0, bytes);
        readFully(path, channel, offset + position, chunk.asByteBuffer());
        consumer.accept(position, chunk.asReadOnly());
        position += bytes;
      }
    }
  }

  private static void readFully(Path path, FileChannel channel, long from, ByteBuffer target)
      throws IOException {
    long position = from;
    while (target.hasRemaining()) {
      int read = channel.read(target, position);
      if (read < 0) {
        throw new EOFException("[" + path + "] became shorter while it was read");
      }
      position += read;
    }
  }
}
