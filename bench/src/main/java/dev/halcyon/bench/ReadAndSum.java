package dev.halcyon.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The limit: reads every byte of some files once and adds them up, as fast as anything can.
final class ReadAndSum {
  private static final int CHUNK = 256 << 10;
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;

  private ReadAndSum() {}

  /// Copies through a small buffer that stays in the cache.
  static long read(List<Path> files, int part, int parts) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
    MemorySegment memory = MemorySegment.ofBuffer(buffer);
    long sum = 0;
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        long end = channel.size() / CHUNK * (part + 1) / parts * CHUNK;
        for (long at = channel.size() / CHUNK * part / parts * CHUNK; at < end; at += CHUNK) {
          channel.read(buffer.clear(), at);
          sum += sum(memory, 0, CHUNK);
        }
      }
    }
    return sum;
  }

  /// Maps the files, whose pages fault one by one.
  static long map(List<Path> files, int part, int parts) throws IOException {
    long sum = 0;
    for (Path file : files) {
      try (Arena arena = Arena.ofConfined();
          FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        MemorySegment memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        long chunks = channel.size() / CHUNK;
        for (long chunk = chunks * part / parts; chunk < chunks * (part + 1) / parts; chunk++) {
          sum += sum(memory, chunk * CHUNK, CHUNK);
        }
      }
    }
    return sum;
  }

  private static long sum(MemorySegment memory, long from, int bytes) {
    LongVector first = LongVector.zero(LONGS);
    LongVector second = first;
    int width = LONGS.vectorByteSize();
    for (int at = 0; at < bytes; at += 2 * width) {
      first =
          first.add(
              LongVector.fromMemorySegment(LONGS, memory, from + at, ByteOrder.LITTLE_ENDIAN));
      second =
          second.add(
              LongVector.fromMemorySegment(
                  LONGS, memory, from + at + width, ByteOrder.LITTLE_ENDIAN));
    }
    return first.add(second).reduceLanes(VectorOperators.ADD);
  }
}
