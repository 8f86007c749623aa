package dev.halcyon.services.fisher;

import dev.halcyon.contracts.StoredTensor;
import dev.halcyon.contracts.TensorCopy.InFile;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.tensors.FileTensorBytes;
import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;

/// Files of a model that are read in place, each opened once and held against what was planned.
final class PlannedFiles implements AutoCloseable {
  private final Map<String, FileChannel> channels = new HashMap<>();

  /// @throws BadInputException where the file is no longer the one that was planned
  void open(InFile file) throws IOException {
    if (!channels.containsKey(file.path())) {
      requireUnchanged(file);
      channels.put(file.path(), FileChannel.open(Path.of(file.path()), StandardOpenOption.READ));
    }
  }

  /// @param stored whose tensor begins at the file's offset
  TensorBytes bytes(InFile file, StoredTensor stored) {
    return new FileTensorBytes(
        Path.of(file.path()),
        channels.get(file.path()),
        file.offset() + stored.offset(),
        stored.bytes());
  }

  /// A whole small file.
  ///
  /// @param name of it in errors
  static byte[] content(InFile file, String name, long most) throws IOException {
    requireUnchanged(file);
    FileSizes.require(name, file.size(), most);
    return Files.readAllBytes(Path.of(file.path()));
  }

  private static void requireUnchanged(InFile file) throws IOException {
    Path path = Path.of(file.path());
    BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
    if (now.size() != file.size() || !now.lastModifiedTime().toInstant().equals(file.modified())) {
      throw new BadInputException(path + " has changed since the job was planned: run it again");
    }
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : channels.values()) {
      channel.close();
    }
  }
}
