package dev.halcyon.services.fisher;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Where the objects of models are read: from the store each time, or from a cache of it.
@FunctionalInterface
interface ObjectReads {
  /// As [dev.halcyon.objectstore.ObjectStore#read].
  void read(String key, long offset, MemorySegment target) throws IOException;
}
