package dev.halcyon.services.similarity;

import dev.halcyon.contracts.TensorCopy;
import dev.halcyon.contracts.TensorCopy.InFile;
import dev.halcyon.contracts.TensorCopy.InStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.tensors.FileTensorBytes;
import dev.halcyon.tensors.MemoryTensorBytes;
import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Opens tensors where they are: files in place, objects of the store in off-heap memory.
final class TensorSources {
  private static final long ALIGNMENT = 64;

  private final ObjectStore store;

  TensorSources(ObjectStore store) {
    this.store = store;
  }

  /// Opens a tensor's copies.
  ///
  /// @throws BadInputException where a file is no longer the one that was planned
  Opened open(List<TensorCopy> copies) throws IOException {
    Opened opened = new Opened();
    try {
      for (TensorCopy copy : copies) {
        opened.add(copy, open(copy, opened));
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private TensorBytes open(TensorCopy copy, Opened opened) throws IOException {
    return switch (copy.location()) {
      case InFile file -> inPlace(copy, file, opened);
      case InStore object -> downloaded(copy, object, opened);
    };
  }

  private static TensorBytes inPlace(TensorCopy copy, InFile file, Opened opened)
      throws IOException {
    Path path = Path.of(file.path());
    BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
    if (now.size() != file.size() || !now.lastModifiedTime().toInstant().equals(file.modified())) {
      throw new BadInputException(path + " has changed since the job was planned: run it again");
    }
    FileChannel channel = opened.keep(FileChannel.open(path, StandardOpenOption.READ));
    return new FileTensorBytes(path, channel, file.offset(), copy.bytes());
  }

  private TensorBytes downloaded(TensorCopy copy, InStore object, Opened opened)
      throws IOException {
    MemorySegment target = opened.arena.allocate(copy.bytes(), ALIGNMENT);
    store.read(object.key(), 0, target);
    return new MemoryTensorBytes(target);
  }

  /// Open tensors of one comparison.
  static final class Opened implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final Map<String, TensorBytes> byModel = new HashMap<>();
    private final List<FileChannel> channels = new java.util.ArrayList<>();

    TensorBytes bytes(TensorCopy copy) {
      return byModel.get(copy.model());
    }

    private void add(TensorCopy copy, TensorBytes bytes) {
      byModel.put(copy.model(), bytes);
    }

    private FileChannel keep(FileChannel channel) {
      channels.add(channel);
      return channel;
    }

    @Override
    public void close() throws IOException {
      arena.close();
      for (FileChannel channel : channels) {
        channel.close();
      }
    }
  }
}
