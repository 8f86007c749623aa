package dev.halcyon.objectstore;

import dev.halcyon.objectstore.ObjectStore.ObjectInfo;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// An empty store for each test.
abstract class ObjectStoreFixture {
  private static final int MIB = 1 << 20;

  private ObjectStore store;

  /// An empty store, the same one however often it is opened within a test.
  abstract ObjectStore open() throws Exception;

  /// What unfinished puts have left in the backend.
  abstract List<String> leftovers() throws Exception;

  /// The size from which the backend cuts a content into parts.
  int partSize() {
    return MIB;
  }

  @BeforeEach
  void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  /// The store under test.
  final ObjectStore store() {
    return store;
  }

  final List<String> keys(String prefix) throws IOException {
    return store.list(prefix).stream().map(ObjectInfo::key).toList();
  }
}
