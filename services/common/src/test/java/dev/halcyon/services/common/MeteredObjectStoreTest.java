package dev.halcyon.services.common;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.halcyon.objectstore.DirectoryObjectStore;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.objectstore.NoSuchObjectException;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.StoreEnvironmentException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeteredObjectStoreTest {
  private static final byte[] TEN = "0123456789".getBytes(UTF_8);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ObjectStore store = new MeteredObjectStore(new MemoryObjectStore(), meters);

  private long requests(String operation, String outcome) {
    return meters
        .get("halcyon.store.requests")
        .tags("operation", operation, "outcome", outcome)
        .timer()
        .count();
  }

  private double bytes(String direction) {
    return meters.get("halcyon.store.content").tag("direction", direction).counter().count();
  }

  @Test
  void allMetersAreThereFromTheStart() {
    assertThat(meters.get("halcyon.store.requests").timers())
        .hasSize(9 * 4)
        .allSatisfy(timer -> assertThat(timer.count()).isZero());
    assertThat(bytes("read")).isZero();
    assertThat(bytes("written")).isZero();
  }

  @Test
  void countsWhatIsWritten() throws IOException {
    store.put("a", TEN);
    store.put("b", new ByteArrayInputStream(TEN), OptionalLong.of(10));
    assertThat(store.putIfAbsent("c", TEN)).isTrue();
    assertThat(store.putIfAbsent("c", TEN)).isFalse();

    assertThat(bytes("written")).isEqualTo(30);
    assertThat(requests("put", "ok")).isEqualTo(2);
    assertThat(requests("put_if_absent", "ok")).isEqualTo(2);
    assertThat(store.get("b")).isEqualTo(TEN);
  }

  @Test
  void countsWhatIsRead() throws IOException {
    store.put("a", TEN);
    assertThat(store.get("a")).isEqualTo(TEN);
    store.read("a", 2, MemorySegment.ofArray(new byte[5]));
    try (InputStream stream = store.open("a", 1, 4)) {
      assertThat(stream.read()).isEqualTo('1');
      assertThat(stream.readNBytes(2)).isEqualTo("23".getBytes(UTF_8));
    }

    assertThat(bytes("read")).isEqualTo(10 + 5 + 3);
    assertThat(requests("get", "ok")).isEqualTo(1);
    assertThat(requests("read", "ok")).isEqualTo(1);
    assertThat(requests("open", "ok")).isEqualTo(1);
  }

  @Test
  void countsFailuresByWhoMustAct(@TempDir Path folder) throws IOException {
    assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store.get("a"));
    assertThat(requests("get", "not_found")).isEqualTo(1);

    Path root = Files.createDirectory(folder.resolve("store"));
    ObjectStore gone = new MeteredObjectStore(new DirectoryObjectStore(root), meters);
    gone.check();
    Files.delete(root);
    assertThatExceptionOfType(StoreEnvironmentException.class).isThrownBy(gone::check);
    assertThat(requests("check", "ok")).isEqualTo(1);
    assertThat(requests("check", "error")).isEqualTo(1);
  }
}
