package dev.halcyon.tensors;

import dev.halcyon.tensors.SafetensorsHeader.Entry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;

/// An open safetensors file: its header, and its tensors' bytes, read by position.
///
/// Safe for use by many threads. A file that is truncated while it is open is reported as damaged.
public final class SafetensorsFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final long size;
  private final FileTime lastModified;
  private final byte[] headerDigest;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.size = channel.size();
    this.lastModified = Files.getLastModifiedTime(path);
    byte[] json = readHeader();
    this.header = SafetensorsHeader.parse(path.toString(), json, size);
    this.headerDigest = Fingerprint.sha256().digest(json);
  }

  /// Opens a file and checks its header.
  ///
  /// @throws InvalidCheckpointException where there is no such regular file, or it is damaged
  /// @throws IOException where it cannot be read
  public static SafetensorsFile open(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new InvalidCheckpointException(path.toString(), MissingFile.describe(path));
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new SafetensorsFile(path, channel);
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  /// Bytes of the whole file, when it was opened.
  public long size() {
    return size;
  }

  public SafetensorsHeader header() {
    return header;
  }

  /// All tensors, in the order of their bytes.
  public List<TensorInfo> tensors() {
    return header.entries().entrySet().stream()
        .map(tensor -> info(tensor.getKey(), tensor.getValue()))
        .toList();
  }

  /// The tensor's bytes, read by position; usable until the file is closed.
  ///
  /// @throws IllegalArgumentException where the file has no such tensor
  public TensorBytes bytes(String tensor) {
    Entry entry = entry(tensor);
    return new FileTensorBytes(path, channel, header.offset(entry), entry.bytes());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /// The file's modification time, when it was opened.
  public FileTime lastModified() {
    return lastModified;
  }

  /// SHA-256 of the header's JSON.
  byte[] headerDigest() {
    return headerDigest;
  }

  private byte[] readHeader() throws IOException {
    byte[] prefix = new byte[(int) Math.min(SafetensorsHeader.PREFIX_BYTES, size)];
    PositionalReads.read(path, channel, 0, MemorySegment.ofArray(prefix));
    byte[] json = new byte[SafetensorsHeader.headerLength(path.toString(), prefix, size)];
    PositionalReads.read(
        path, channel, SafetensorsHeader.PREFIX_BYTES, MemorySegment.ofArray(json));
    return json;
  }

  private Entry entry(String tensor) {
    Entry entry = header.entries().get(tensor);
    if (entry == null) {
      throw new IllegalArgumentException("[" + path + "] has no tensor " + Printable.of(tensor));
    }
    return entry;
  }

  private TensorInfo info(String name, Entry entry) {
    return new TensorInfo(
        name, entry.dtype(), entry.shape(), path, header.offset(entry), entry.bytes());
  }
}
