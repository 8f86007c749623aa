package dev.halcyon.tensors;

import dev.halcyon.tensors.SafetensorsHeader.Entry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Writes a safetensors file tensor by tensor, in whatever order they come.
///
/// The tensors of the file are declared first; then each tensor's bytes are written, whole or in
/// parts; [#commit()] moves the finished file into place in one step. Closed without a commit, it
/// leaves nothing behind. Tensors of wider elements lie first, so that every tensor is aligned to
/// its elements. For use by one thread.
public final class SafetensorsWriter implements AutoCloseable {
  private static final long CHUNK = 1L << 20;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final Map<String, Entry> entries;
  private final long dataStart;
  private final Map<String, Long> written = new HashMap<>();

  private SafetensorsWriter(
      Path target, Path temporary, FileChannel channel, Map<String, Entry> entries, byte[] header)
      throws IOException {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
    this.entries = entries;
    this.dataStart = (long) SafetensorsHeader.PREFIX_BYTES + header.length;
    writeAt(0, MemorySegment.ofArray(HeaderJson.prefix(header.length)));
    writeAt(SafetensorsHeader.PREFIX_BYTES, MemorySegment.ofArray(header));
  }

  /// Begins a file beside `target`.
  ///
  /// @param target replaced by [#commit()] where it exists; its folder must exist
  /// @param tensors in the order wished among those of one element type; with names sorted, the
  ///   file is the reference implementation's byte for byte
  /// @param metadata free text; empty for none
  /// @throws IllegalArgumentException where two tensors have one name, a tensor's elements do not
  ///   fill whole bytes, or the header would be longer than the format allows
  /// @throws IOException where the file cannot be created
  public static SafetensorsWriter create(
      Path target, List<TensorSpec> tensors, Map<String, String> metadata) throws IOException {
    Map<String, Entry> entries = FileLayout.of(tensors);
    byte[] header = HeaderJson.of(entries, metadata);
    if (header.length > SafetensorsHeader.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "["
              + target
              + "] header of "
              + header.length
              + " bytes is longer than the format allows");
    }
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      return new SafetensorsWriter(target, temporary, channel, entries, header);
    } catch (Throwable e) {
      channel.close();
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  /// Writes the tensor's next bytes: all of them, or a piece that follows what was written of it.
  ///
  /// @param bytes little-endian elements, in native or heap memory
  /// @throws IllegalArgumentException where the file is to have no such tensor, or it would get
  ///   more bytes than its shape takes
  public void write(String tensor, MemorySegment bytes) throws IOException {
    Entry entry = entry(tensor);
    long before = written.getOrDefault(tensor, 0L);
    if (bytes.byteSize() > entry.bytes() - before) {
      throw new IllegalArgumentException(
          "["
              + target
              + "] tensor "
              + tensor
              + " takes "
              + entry.bytes()
              + " bytes, and "
              + before
              + " + "
              + bytes.byteSize()
              + " are given");
    }
    writeAt(dataStart + entry.begin() + before, bytes);
    written.put(tensor, before + bytes.byteSize());
  }

  /// Writes the tensor's bytes, copied through a small buffer.
  public void write(String tensor, TensorBytes bytes) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.clamp(bytes.size(), 1, CHUNK));
      for (long done = 0; done < bytes.size(); done += CHUNK) {
        MemorySegment chunk = buffer.asSlice(0, Math.min(CHUNK, bytes.size() - done));
        bytes.read(done, chunk);
        write(tensor, chunk);
      }
    }
  }

  /// Brings the file to the disk and into its place. Nothing can be written after it.
  ///
  /// @throws IllegalStateException where a tensor is not complete
  public void commit() throws IOException {
    entries.forEach(this::requireComplete);
    channel.force(true);
    channel.close();
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Gives up what is not committed.
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }

  private void requireComplete(String tensor, Entry entry) {
    long have = written.getOrDefault(tensor, 0L);
    if (have != entry.bytes()) {
      throw new IllegalStateException(
          "["
              + target
              + "] tensor "
              + tensor
              + " has "
              + have
              + " of "
              + entry.bytes()
              + " bytes: not committed");
    }
  }

  private Entry entry(String tensor) {
    Entry entry = entries.get(tensor);
    if (entry == null) {
      throw new IllegalArgumentException(
          "[" + target + "] is to have no tensor " + Printable.of(tensor));
    }
    return entry;
  }

  private void writeAt(long position, MemorySegment bytes) throws IOException {
    if (bytes.isNative()) {
      for (long done = 0; done < bytes.byteSize(); done += CHUNK) {
        long size = Math.min(CHUNK, bytes.byteSize() - done);
        writeFully(position + done, bytes.asSlice(done, size).asByteBuffer());
      }
    } else {
      writeHeap(position, bytes);
    }
  }

  /// Copied here, because the JDK's own copy would be as large as the array, and stay.
  private void writeHeap(long position, MemorySegment bytes) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.clamp(bytes.byteSize(), 1, CHUNK));
      for (long done = 0; done < bytes.byteSize(); done += CHUNK) {
        long size = Math.min(CHUNK, bytes.byteSize() - done);
        MemorySegment.copy(bytes, done, buffer, 0, size);
        writeFully(position + done, buffer.asSlice(0, size).asByteBuffer());
      }
    }
  }

  private void writeFully(long position, ByteBuffer buffer) throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      at += channel.write(buffer, at);
    }
  }
}
