package dev.halcyon.services.similarity;

import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.InFile;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.services.common.PlannedFile;
import dev.halcyon.tensors.FileTensorBytes;
import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Opens tensors where they are: files in place, objects of the store in off-heap memory.
final class TensorSources {
  private final StoreTensors store;
  private final LocalRoots roots;

  TensorSources(StoreTensors store, LocalRoots roots) {
    this.store = store;
    this.roots = roots;
  }

  /// Opens a tensor's copies.
  ///
  /// @throws BadInputException where a file is no longer the one that was planned, or may not be
  ///   read
  OpenedTensors open(List<TensorCopy> copies) throws IOException {
    OpenedTensors opened = new OpenedTensors();
    try {
      Set<StoredTensor> inStore = new LinkedHashSet<>();
      for (StoredTensor stored : stored(copies)) {
        switch (stored.location()) {
          case InFile file -> opened.add(stored, inPlace(stored, file, opened));
          case InStore _ -> inStore.add(stored);
        }
      }
      if (!inStore.isEmpty()) {
        store.open(List.copyOf(inStore), opened);
      }
      return opened;
    } catch (Throwable e) {
      opened.close();
      throw e;
    }
  }

  /// What the copies are made of, each once.
  private static Set<StoredTensor> stored(List<TensorCopy> copies) {
    Set<StoredTensor> stored = new LinkedHashSet<>();
    copies.forEach(copy -> stored.addAll(copy.stored()));
    return stored;
  }

  private TensorBytes inPlace(StoredTensor stored, InFile file, OpenedTensors opened)
      throws IOException {
    Path path = PlannedFile.require(file, roots);
    FileChannel channel = opened.keep(FileChannel.open(path, StandardOpenOption.READ));
    return new FileTensorBytes(path, channel, file.offset() + stored.offset(), stored.bytes());
  }
}
