package dev.halcyon.services.similarity;

import dev.halcyon.contracts.TensorCopy;
import dev.halcyon.contracts.TensorCopy.InStore;
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

  /// Opens copies that are in the store.
  void open(List<TensorCopy> copies, OpenedTensors opened) throws IOException {
    long all = copies.stream().mapToLong(copy -> ReadAheadMemory.footprint(copy.bytes())).sum();
    ReadAheadMemory.Lease lease = opened.keep(memory.lease(all));
    StoreReads reads = opened.keep(new StoreReads(store));
    if (all <= lease.bytes()) {
      readWhole(copies, lease, reads, opened);
    } else {
      openInBlocks(copies, lease, reads, opened);
    }
  }

  private static void readWhole(
      List<TensorCopy> copies, ReadAheadMemory.Lease lease, StoreReads reads, OpenedTensors opened)
      throws IOException {
    List<Future<?>> begun = new ArrayList<>();
    for (TensorCopy copy : copies) {
      MemorySegment target = lease.allocate(copy.bytes());
      opened.add(copy, new MemoryTensorBytes(target));
      begun.add(reads.begin(key(copy), 0, target));
    }
    for (Future<?> read : begun) {
      StoreReads.await(read);
    }
  }

  private void openInBlocks(
      List<TensorCopy> copies,
      ReadAheadMemory.Lease lease,
      StoreReads reads,
      OpenedTensors opened) {
    long each = lease.bytes() / copies.size() - ReadAheadMemory.footprint(0);
    for (TensorCopy copy : copies) {
      opened.add(
          copy, new StoreBlocks(reads, key(copy), copy.bytes(), lease.allocate(each), threads));
    }
  }

  private static String key(TensorCopy copy) {
    return ((InStore) copy.location()).key();
  }
}
