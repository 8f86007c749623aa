package dev.halcyon.analysis.fisher.diagonal;

import dev.halcyon.tensors.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// A file as `torch.save` writes it: a zip of uncompressed entries, `data.pkl` for the structure
/// and one `data/<key>` for each tensor's bytes.
///
/// Sizes are known before the first tensor comes, so each has its place, and a tensor's header,
/// which needs the checksum, is written when the tensor is complete.
final class TorchArchive implements DiagonalFile {
  private static final String ROOT = "archive/";
  private static final int CHUNK = 1 << 20;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private final List<ArchiveEntry> entries = new ArrayList<>();
  private final Map<String, ArchiveEntry> tensors = new LinkedHashMap<>();

  private TorchArchive(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  /// Begins an archive beside `target`, whose folder must exist; it is replaced by [#commit()].
  ///
  /// @param tensors of type F32, in the order of the dictionary
  static TorchArchive create(Path target, List<TensorSpec> tensors) throws IOException {
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    TorchArchive archive = new TorchArchive(target, temporary, channel);
    try {
      archive.begin(tensors);
      return archive;
    } catch (Throwable e) {
      archive.close();
      throw e;
    }
  }

  @Override
  public void write(String parameter, MemorySegment bytes) throws IOException {
    ArchiveEntry entry = tensors.get(parameter);
    if (entry == null) {
      throw new IllegalArgumentException("[" + target + "] is to have no tensor " + parameter);
    }
    if (bytes.byteSize() > entry.missing()) {
      throw new IllegalArgumentException(
          "[%s] tensor %s takes %d bytes more, and %d are given"
              .formatted(target, parameter, entry.missing(), bytes.byteSize()));
    }
    for (long done = 0; done < bytes.byteSize(); done += CHUNK) {
      long size = Math.min(CHUNK, bytes.byteSize() - done);
      append(entry, buffer(bytes.asSlice(done, size)));
    }
  }

  @Override
  public void commit() throws IOException {
    tensors.forEach(this::requireComplete);
    long end = entries.getLast().layout().dataEnd();
    byte[] directory = directory();
    writeAt(end, ByteBuffer.wrap(directory));
    var directoryEnd = new ZipDirectoryEnd(entries.size(), end, directory.length);
    writeAt(end + directory.length, ByteBuffer.wrap(directoryEnd.bytes()));
    channel.force(true);
    channel.close();
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }

  private void begin(List<TensorSpec> specs) throws IOException {
    addWhole("data.pkl", TorchPickle.of(specs));
    addWhole("byteorder", ascii("little"));
    addWhole("version", ascii("3\n"));
    for (int i = 0; i < specs.size(); i++) {
      TensorSpec spec = specs.get(i);
      if (tensors.put(spec.name(), add("data/" + i, spec.bytes())) != null) {
        throw new IllegalArgumentException(
            "[" + target + "] two tensors are called " + spec.name());
      }
    }
    for (ArchiveEntry entry : tensors.values()) {
      append(entry, ByteBuffer.allocate(0));
    }
  }

  private void addWhole(String name, byte[] content) throws IOException {
    append(add(name, content.length), ByteBuffer.wrap(content));
  }

  private ArchiveEntry add(String name, long size) {
    long start = entries.isEmpty() ? 0 : entries.getLast().layout().dataEnd();
    ArchiveEntry entry = new ArchiveEntry(new ZipEntryLayout(ROOT + name, start, size));
    entries.add(entry);
    return entry;
  }

  private void append(ArchiveEntry entry, ByteBuffer bytes) throws IOException {
    long position = entry.take(bytes.duplicate());
    writeAt(position, bytes);
    if (entry.missing() == 0) {
      byte[] header = entry.layout().localHeader(entry.crc());
      writeAt(entry.layout().headerStart(), ByteBuffer.wrap(header));
    }
  }

  /// The bytes themselves where they are native, else a copy of them: a heap segment over floats
  /// has no byte view.
  private static ByteBuffer buffer(MemorySegment bytes) {
    return bytes.isNative()
        ? bytes.asByteBuffer()
        : ByteBuffer.wrap(bytes.toArray(ValueLayout.JAVA_BYTE));
  }

  private byte[] directory() {
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    entries.forEach(entry -> directory.writeBytes(entry.layout().centralHeader(entry.crc())));
    return directory.toByteArray();
  }

  private void requireComplete(String tensor, ArchiveEntry entry) {
    if (entry.missing() > 0) {
      throw new IllegalStateException(
          "[%s] tensor %s lacks %d of %d bytes: not committed"
              .formatted(target, tensor, entry.missing(), entry.layout().size()));
    }
  }

  private void writeAt(long position, ByteBuffer bytes) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
