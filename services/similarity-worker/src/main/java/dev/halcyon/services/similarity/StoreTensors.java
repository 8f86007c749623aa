package dev.halcyon.services.similarity;

import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.tensors.MemoryTensorBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/// Reads a comparison's objects of the store into off-heap memory, all at once. While one
/// comparison computes, others have theirs read, as far as [ReadAheadMemory] goes.
///
/// Objects that do not fit there together wait until they have all of it, and are read block by
/// block while they are compared.
final class StoreTensors {
  private final ObjectStore store;
  private final ReadAheadMemory memory;
  private final int threads;

  /// @param threads at most that read a tensor at once
  StoreTensors(ObjectStore store, ReadAheadMemory memory, int threads) {
    this.store = store;
    this.memory = memory;
    this.threads = threads;
  }

  /// Opens tensors that are in the store.
  void open(List<StoredTensor> tensors, OpenedTensors opened) throws IOException {
    long all =
        tensors.stream().mapToLong(tensor -> ReadAheadMemory.footprint(tensor.bytes())).sum();
    ReadAheadMemory.Lease lease = opened.keep(memory.lease(all));
    StoreReads reads = opened.keep(new StoreReads(store));
    if (all <= lease.bytes()) {
      readWhole(tensors, lease, reads, opened);
    } else {
      openInBlocks(tensors, lease, reads, opened);
    }
  }

  private static void readWhole(
      List<StoredTensor> tensors,
      ReadAheadMemory.Lease lease,
      StoreReads reads,
      OpenedTensors opened)
      throws IOException {
    List<Future<?>> begun = new ArrayList<>();
    for (StoredTensor tensor : tensors) {
      MemorySegment target = lease.allocate(tensor.bytes());
      opened.add(tensor, new MemoryTensorBytes(target));
      begun.add(reads.begin(key(tensor), tensor.offset(), target));
    }
    for (Future<?> read : begun) {
      StoreReads.await(read);
    }
  }

  private void openInBlocks(
      List<StoredTensor> tensors,
      ReadAheadMemory.Lease lease,
      StoreReads reads,
      OpenedTensors opened) {
    long each = lease.bytes() / tensors.size() - ReadAheadMemory.footprint(0);
    for (StoredTensor tensor : tensors) {
      opened.add(
          tensor,
          new StoreBlocks(
              reads, key(tensor), tensor.offset(), tensor.bytes(), lease.allocate(each), threads));
    }
  }

  private static String key(StoredTensor tensor) {
    return ((InStore) tensor.location()).key();
  }
}
