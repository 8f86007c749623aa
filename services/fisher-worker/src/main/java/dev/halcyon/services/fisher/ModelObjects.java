package dev.halcyon.services.fisher;

import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.objectstore.NoSuchObjectException;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.models.ModelFolder;
import dev.halcyon.services.common.models.ModelUse;
import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Tensors and files of models that are objects of the store. Their models are marked as used as
/// long as they are read, so that none is removed in the middle of a task of many hours.
final class ModelObjects {
  private final ObjectStore store;
  private final ObjectReads reads;
  private final ModelUse use;

  /// @param reads of the store's objects
  ModelObjects(ObjectStore store, ObjectReads reads, ModelUse use) {
    this.store = store;
    this.reads = reads;
    this.use = use;
  }

  /// A tensor, of which each read fetches what it asks for.
  TensorBytes bytes(InStore object, StoredTensor stored) {
    return new StoredBytes(object, stored.offset(), stored.bytes());
  }

  /// A whole small file.
  ///
  /// @param name of it in errors
  byte[] content(InStore object, String name, long most) throws IOException {
    mark(object);
    long size =
        store
            .find(object.key())
            .orElseThrow(() -> new NoSuchObjectException(store, object.key()))
            .size();
    FileSizes.require(name, size, most);
    byte[] content = new byte[Math.toIntExact(size)];
    reads.read(object.key(), 0, MemorySegment.ofArray(content));
    return content;
  }

  private void mark(InStore object) throws IOException {
    if (object.origin().isPresent()) {
      use.mark(ModelFolder.of(object.origin().get().repository(), object.origin().get().commit()));
    }
  }

  private final class StoredBytes implements TensorBytes {
    private final InStore object;
    private final long first;
    private final long size;

    StoredBytes(InStore object, long first, long size) {
      this.object = object;
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
      mark(object);
      reads.read(object.key(), first + offset, target);
    }
  }
}
