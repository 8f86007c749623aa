package dev.halcyon.objectstore;

import static dev.halcyon.objectstore.TestContent.content;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DividedObjectStoreTest extends ObjectStoreContract {
  private final MemoryObjectStore models = new MemoryObjectStore();
  private final MemoryObjectStore others = new MemoryObjectStore();

  @Override
  ObjectStore open() {
    return new DividedObjectStore("models/", models, others);
  }

  @Override
  List<String> leftovers() {
    return List.of();
  }

  @Test
  void modelsLieApart() throws IOException {
    byte[] bytes = content(10, 1);
    store().put("models/a/1/x", new ByteArrayInputStream(bytes), OptionalLong.of(10));
    store().put("models/b/1/x", bytes);
    store().putIfAbsent("jobs/1/report.json", bytes);

    assertThat(models.list("")).hasSize(2);
    assertThat(others.list("")).hasSize(1);
    assertThat(store().get("models/a/1/x")).isEqualTo(bytes);
    store().delete("models/b/1/x");
    assertThat(store().find("models/b/1/x")).isEmpty();
    assertThat(store().find("models/a/1/x")).isPresent();
  }

  @Test
  void aListingShowsBothInOrder() throws IOException {
    store().put("models/a", new byte[1]);
    store().put("jobs/1", new byte[1]);
    store().put("zoo", new byte[1]);

    assertThat(keys("")).containsExactly("jobs/1", "models/a", "zoo");
    assertThat(keys("mod")).containsExactly("models/a");
    assertThat(keys("models/")).containsExactly("models/a");
    assertThat(keys("jobs")).containsExactly("jobs/1");
  }
}
