package dev.halcyon.objectstore;

import static dev.halcyon.objectstore.TestContent.content;
import static dev.halcyon.objectstore.TestThreads.inParallel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.halcyon.objectstore.ObjectStore.ObjectInfo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every backend promises to readers.
abstract class ObjectStoreReadContract extends ObjectStoreFixture {
  @Test
  void findsSizeAndTime() throws IOException {
    Instant before = Instant.now();
    store().put("a/b", content(123, 1));
    ObjectInfo info = store().find("a/b").orElseThrow();
    assertThat(info.key()).isEqualTo("a/b");
    assertThat(info.size()).isEqualTo(123);
    assertThat(info.lastModified())
        .isBetween(before.minus(Duration.ofMinutes(1)), Instant.now().plus(Duration.ofMinutes(1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "a/missing", "a", "a/b/c", "a/b/c/d"})
  void namesTheKeyOfAMissingObject(String key) throws IOException {
    store().put("a/b", content(1, 1));
    assertThat(store().find(key)).isEmpty();
    assertMissing(key, () -> store().get(key));
    assertMissing(key, () -> store().open(key, 0, 0));
    assertMissing(key, () -> store().open(key, 0, 1));
    assertMissing(
        key,
        () -> {
          store().read(key, 0, MemorySegment.ofArray(new byte[1]));
          return null;
        });
  }

  private static void assertMissing(String key, Callable<?> call) {
    assertThatExceptionOfType(NoSuchObjectException.class)
        .isThrownBy(call::call)
        .withMessageEndingWith("no object " + key);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "0, 1000", "1, 998", "999, 1", "1000, 0", "500, 0"})
  void readsARange(int offset, int length) throws IOException {
    byte[] content = content(1000, 1);
    store().put("a", content);
    byte[] expected = Arrays.copyOfRange(content, offset, offset + length);
    try (InputStream stream = store().open("a", offset, length)) {
      assertThat(stream.readAllBytes()).isEqualTo(expected);
    }
    byte[] target = new byte[length];
    store().read("a", offset, MemorySegment.ofArray(target));
    assertThat(target).isEqualTo(expected);
  }

  @Test
  void aRangeStreamYieldsUnsignedBytesAndSkips() throws IOException {
    store().put("a", new byte[] {5, -1, 7, 8, 9});
    try (InputStream stream = store().open("a", 1, 3)) {
      assertThat(stream.read()).isEqualTo(255);
      stream.skipNBytes(1);
      assertThat(stream.read()).isEqualTo(8);
      assertThat(stream.read()).isEqualTo(-1);
      assertThat(stream.read(new byte[4])).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1001", "1000, 1", "1001, 0", "5000, 10", "999, 2", "0, 9223372036854775807"})
  void refusesARangePastTheEnd(long offset, long length) throws IOException {
    store().put("a", content(1000, 1));
    assertThatExceptionOfType(ObjectSizeException.class)
        .isThrownBy(() -> store().open("a", offset, length))
        .withMessageContaining("object a: it has 1000 bytes")
        .withMessageContaining("%d from offset %d", length, offset);
    if (length < 10_000) {
      MemorySegment target = MemorySegment.ofArray(new byte[(int) length]);
      assertThatExceptionOfType(ObjectSizeException.class)
          .isThrownBy(() -> store().read("a", offset, target));
    }
  }

  @Test
  void refusesANegativeRange() throws IOException {
    store().put("a", content(10, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> store().open("a", -1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> store().open("a", 0, -1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store().read("a", -1, MemorySegment.ofArray(new byte[1])));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4097})
  void fillsOffHeapMemoryOfEveryKindOfArena(int offset) throws IOException {
    byte[] content = content(3 * partSize() + 77, 5);
    store().put("big", content);
    byte[] expected = Arrays.copyOfRange(content, offset, content.length);
    try (Arena shared = Arena.ofShared();
        Arena confined = Arena.ofConfined()) {
      for (Arena arena : List.of(shared, confined, Arena.ofAuto())) {
        MemorySegment target = arena.allocate(expected.length);
        store().read("big", offset, target);
        assertThat(target.mismatch(MemorySegment.ofArray(expected))).isEqualTo(-1);
      }
    }
  }

  @Test
  void fillsASliceAndNothingBesideIt() throws IOException {
    store().put("a", content(1000, 1));
    MemorySegment memory = Arena.ofAuto().allocate(1200);
    memory.fill((byte) 42);
    store().read("a", 0, memory.asSlice(100, 1000));
    assertThat(memory.asSlice(100, 1000).toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo(content(1000, 1));
    assertThat(memory.asSlice(0, 100).toArray(ValueLayout.JAVA_BYTE)).containsOnly(42);
    assertThat(memory.asSlice(1100).toArray(ValueLayout.JAVA_BYTE)).containsOnly(42);
  }

  @Test
  void manyReadersReadAtOnce() throws Exception {
    byte[] content = content(2 * partSize() + 5, 1);
    store().put("a", content);
    List<Boolean> right =
        inParallel(
            8,
            reader -> {
              byte[] target = new byte[content.length - reader];
              store().read("a", reader, MemorySegment.ofArray(target));
              return Arrays.equals(target, 0, target.length, content, reader, content.length);
            });
    assertThat(right).containsOnly(true);
  }

  @Test
  void aReaderNeverSeesTwoVersionsMixed() throws Exception {
    byte[] first = new byte[2 * partSize() + 100];
    byte[] second = first.clone();
    Arrays.fill(second, (byte) 1);
    store().put("a", first);
    AtomicBoolean done = new AtomicBoolean();
    inParallel(
        3,
        worker -> {
          try {
            for (int i = 0; worker == 0 && i < 6; i++) {
              byte[] next = i % 2 == 0 ? second : first;
              store().put("a", new ByteArrayInputStream(next), OptionalLong.empty());
            }
          } finally {
            done.compareAndSet(false, worker == 0);
          }
          while (!done.get()) {
            assertThat(versions(readWhole("a", first.length, worker))).hasSize(1);
          }
          return null;
        });
  }

  private byte[] readWhole(String key, int size, int way) throws IOException {
    if (way == 1) {
      return store().get(key);
    }
    byte[] target = new byte[size];
    store().read(key, 0, MemorySegment.ofArray(target));
    return target;
  }

  private static List<Byte> versions(byte[] content) {
    List<Byte> seen = new ArrayList<>();
    for (byte value : content) {
      if (!seen.contains(value)) {
        seen.add(value);
      }
    }
    return seen;
  }

  @Test
  void listsByPrefixInTheOrderOfTheKeys() throws IOException {
    for (String key : List.of("m/b/2", "m/b-c", "m/b/1", "m/bb/1", "m.x", "n", "m/a=1/.used")) {
      store().put(key, content(key.length(), 1));
    }
    assertThat(keys(""))
        .containsExactly("m.x", "m/a=1/.used", "m/b-c", "m/b/1", "m/b/2", "m/bb/1", "n");
    assertThat(keys("m/b")).containsExactly("m/b-c", "m/b/1", "m/b/2", "m/bb/1");
    assertThat(keys("m/b/")).containsExactly("m/b/1", "m/b/2");
    assertThat(keys("m/b/1")).containsExactly("m/b/1");
    assertThat(keys("m/b/1/")).isEmpty();
    assertThat(keys("m/a=1/.us")).containsExactly("m/a=1/.used");
    assertThat(keys("q/r/s")).isEmpty();
    assertThat(store().list("m/b/")).extracting(ObjectInfo::size).containsExactly(5L, 5L);
  }

  @Test
  void listsMoreKeysThanAPageHolds() throws Exception {
    int count = 1003;
    inParallel(
        16,
        worker -> {
          for (int i = worker; i < count; i += 16) {
            store().put("page/%04d".formatted(i), content(1, i));
          }
          return null;
        });
    store().put("pagf", content(1, 1));
    assertThat(keys("page/"))
        .isEqualTo(IntStream.range(0, count).mapToObj("page/%04d"::formatted).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a", "a//", "../", "a/../b", "a/./", "a b", "a*"})
  void refusesAPrefixThatBeginsNoKey(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store().list(prefix))
        .withMessageContaining("'%s'", prefix);
  }
}
