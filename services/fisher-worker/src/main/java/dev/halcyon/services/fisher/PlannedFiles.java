package dev.halcyon.services.fisher;

import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy.InFile;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.services.common.PlannedFile;
import dev.halcyon.tensors.FileTensorBytes;
import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/// Files of a model that are read in place, each opened once and held against what was planned.
final class PlannedFiles implements AutoCloseable {
  private final LocalRoots roots;
  private final Map<String, FileChannel> channels = new HashMap<>();

  /// @param roots below which files are read
  PlannedFiles(LocalRoots roots) {
    this.roots = roots;
  }

  /// @throws BadInputException where the file is no longer the one that was planned, or may not be
  ///   read
  void open(InFile file) throws IOException {
    if (!channels.containsKey(file.path())) {
      Path path = PlannedFile.require(file, roots);
      channels.put(file.path(), FileChannel.open(path, StandardOpenOption.READ));
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
  byte[] content(InFile file, String name, long most) throws IOException {
    Path path = PlannedFile.require(file, roots);
    FileSizes.require(name, file.size(), most);
    return Files.readAllBytes(path);
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : channels.values()) {
      channel.close();
    }
  }
}
