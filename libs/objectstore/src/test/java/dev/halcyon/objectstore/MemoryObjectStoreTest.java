package dev.halcyon.objectstore;

import static dev.halcyon.objectstore.TestContent.content;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryObjectStoreTest extends ObjectStoreContract {
  @Override
  ObjectStore open() {
    return new MemoryObjectStore();
  }

  @Override
  List<String> leftovers() {
    return List.of();
  }

  @Test
  void refusesAKeyThatIsAFolderAndAFolderThatIsAKey() throws IOException {
    store().put("a/b", content(1, 1));
    assertThatExceptionOfType(StoreEnvironmentException.class)
        .isThrownBy(() -> store().put("a", content(1, 1)))
        .withMessageContaining("folder of a/b");
    assertThatExceptionOfType(StoreEnvironmentException.class)
        .isThrownBy(() -> store().put("a/b/c/d", content(1, 1)))
        .withMessageContaining("folder a/b is an object");
  }
}
