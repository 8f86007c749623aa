package dev.halcyon.standalone;

import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy.InFile;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.services.common.PlannedFile;
import dev.halcyon.tensors.FileTensorBytes;
import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Tensors where a plan says that they are, read piece by piece: files in place, each opened once
/// and held against what was planned, and objects of the store.
final class StoredElements implements AutoCloseable {
  private final ObjectStore store;
  private final LocalRoots roots = LocalRoots.everywhere();
  private final Map<String, FileChannel> channels = new HashMap<>();

  StoredElements(ObjectStore store) {
    this.store = store;
  }

  /// @throws dev.halcyon.services.common.BadInputException where a file is no longer the one that
  ///   was planned
  TensorBytes bytes(StoredTensor stored) {
    return switch (stored.location()) {
      case InFile file ->
          new FileTensorBytes(
              Path.of(file.path()), channel(file), file.offset() + stored.offset(), stored.bytes());
      case InStore object -> new InObject(object.key(), stored.offset(), stored.bytes());
    };
  }

  private FileChannel channel(InFile file) {
    return channels.computeIfAbsent(file.path(), _ -> open(file));
  }

  private FileChannel open(InFile file) {
    try {
      return FileChannel.open(PlannedFile.require(file, roots), StandardOpenOption.READ);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class InObject implements TensorBytes {
    private final String key;
    private final long first;
    private final long size;

    InObject(String key, long first, long size) {
      this.key = key;
      this.first = first;
      this.size = size;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void read(long offset, MemorySegment target) throws IOException {
      Objects.checkFromIndexSize(offset, target.byteSize(), size);
      store.read(key, first + offset, target);
    }
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : channels.values()) {
      channel.close();
    }
  }
}
