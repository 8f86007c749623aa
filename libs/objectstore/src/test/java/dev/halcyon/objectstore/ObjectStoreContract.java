package dev.halcyon.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every backend promises; a backend's test extends this.
abstract class ObjectStoreContract {
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

  @Test
  void returnsWhatWasPut() throws IOException {
    store.put("models/a/x", content(1000, 1));
    assertThat(store.get("models/a/x")).isEqualTo(content(1000, 1));
  }

  @Test
  void keepsItsOwnCopyOfAnArray() throws IOException {
    byte[] array = {1, 2, 3};
    store.put("a", array);
    store.putIfAbsent("b", array);
    array[0] = 9;
    store.get("a")[1] = 9;
    assertThat(store.get("a")).containsExactly(1, 2, 3);
    assertThat(store.get("b")).containsExactly(1, 2, 3);
  }

  @Test
  void putReplacesTheWholeObject() throws IOException {
    store.put("a", content(1000, 1));
    store.put("a", content(10, 2));
    assertThat(store.get("a")).isEqualTo(content(10, 2));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "1, -1", "1, 0", "1, 1", "2, 0", "2, 13"})
  void takesStreamsOfKnownAndUnknownLengthAroundThePartSize(int parts, int more)
      throws IOException {
    byte[] content = content(parts * partSize() + more, 3);
    store.put("known", slowStream(content), OptionalLong.of(content.length));
    store.put("unknown", slowStream(content), OptionalLong.empty());
    for (String key : List.of("known", "unknown")) {
      assertThat(store.find(key).orElseThrow().size()).isEqualTo(content.length);
      assertThat(Arrays.equals(store.get(key), content)).as(key).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void refusesAStreamOfAnotherLengthThanAnnounced(int difference) throws Exception {
    for (int size : new int[] {100, 2 * partSize() + 13}) {
      store.put("a", content(7, 1));
      byte[] content = content(size, 2);
      assertThatExceptionOfType(ObjectSizeException.class)
          .isThrownBy(() -> store.put("a", slowStream(content), OptionalLong.of(size + difference)))
          .withMessageContaining("a: its content was announced as %d", size + difference);
      assertThat(store.get("a")).isEqualTo(content(7, 1));
      assertThat(leftovers()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 2.5})
  void aFailingStreamPassesThroughAndLeavesNothing(double parts) throws Exception {
    store.put("old", content(7, 1));
    int size = (int) (parts * partSize());
    for (OptionalLong length : List.of(OptionalLong.empty(), OptionalLong.of(3L * partSize()))) {
      for (String key : List.of("new", "old")) {
        IOException failure = new IOException("the source broke");
        assertThatThrownBy(() -> store.put(key, failingStream(size, failure), length))
            .isSameAs(failure);
      }
    }
    assertThat(store.find("new")).isEmpty();
    assertThat(store.list("")).extracting(ObjectInfo::key).containsExactly("old");
    assertThat(store.get("old")).isEqualTo(content(7, 1));
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aFinishedPutLeavesNothingBesideTheObject() throws Exception {
    store.put("a", slowStream(content(2 * partSize() + 1, 1)), OptionalLong.empty());
    store.putIfAbsent("a", content(1, 1));
    store.putIfAbsent("b", content(1, 1));
    assertThat(leftovers()).isEmpty();
    assertThat(store.list("")).extracting(ObjectInfo::key).containsExactly("a", "b");
  }

  @Test
  void leavesTheCallersStreamOpen() throws IOException {
    AtomicBoolean closed = new AtomicBoolean();
    InputStream stream =
        new ByteArrayInputStream(content(10, 1)) {
          @Override
          public void close() {
            closed.set(true);
          }
        };
    store.put("a", stream, OptionalLong.of(10));
    assertThat(closed).isFalse();
  }

  @Test
  void putIfAbsentCreatesOnceAndNeverReplaces() throws IOException {
    assertThat(store.putIfAbsent("jobs/1/report", content(10, 1))).isTrue();
    assertThat(store.putIfAbsent("jobs/1/report", content(20, 2))).isFalse();
    assertThat(store.get("jobs/1/report")).isEqualTo(content(10, 1));
  }

  @Test
  void putIfAbsentWorksAgainAfterADelete() throws IOException {
    store.putIfAbsent("a", content(10, 1));
    store.delete("a");
    assertThat(store.putIfAbsent("a", content(10, 2))).isTrue();
  }

  @Test
  void ofSixteenRacingWritersOneWinsAndItsContentStays() throws Exception {
    for (int round = 0; round < 5; round++) {
      String key = "race/" + round;
      CyclicBarrier start = new CyclicBarrier(16);
      List<Boolean> won =
          inParallel(
              16,
              writer -> {
                start.await();
                return store.putIfAbsent(key, content(5000 + writer, writer));
              });
      assertThat(won).filteredOn(Boolean::booleanValue).hasSize(1);
      int winner = won.indexOf(true);
      assertThat(store.get(key)).isEqualTo(content(5000 + winner, winner));
    }
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void findsSizeAndTime() throws IOException {
    Instant before = Instant.now();
    store.put("a/b", content(123, 1));
    ObjectInfo info = store.find("a/b").orElseThrow();
    assertThat(info.key()).isEqualTo("a/b");
    assertThat(info.size()).isEqualTo(123);
    assertThat(info.lastModified())
        .isBetween(before.minus(Duration.ofMinutes(1)), Instant.now().plus(Duration.ofMinutes(1)));
  }

  @Test
  void aZeroLengthObjectIsAnObject() throws IOException {
    store.put("empty", new byte[0]);
    assertThat(store.find("empty").orElseThrow().size()).isZero();
    assertThat(store.get("empty")).isEmpty();
    store.read("empty", 0, MemorySegment.ofArray(new byte[0]));
    try (InputStream stream = store.open("empty", 0, 0)) {
      assertThat(stream.read()).isEqualTo(-1);
    }
    assertThat(store.list("empty")).hasSize(1);
    assertThat(store.putIfAbsent("empty", content(1, 1))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "a/missing", "a", "a/b/c", "a/b/c/d"})
  void namesTheKeyOfAMissingObject(String key) throws IOException {
    store.put("a/b", content(1, 1));
    assertThat(store.find(key)).isEmpty();
    assertMissing(key, () -> store.get(key));
    assertMissing(key, () -> store.open(key, 0, 0));
    assertMissing(key, () -> store.open(key, 0, 1));
    assertMissing(
        key,
        () -> {
          store.read(key, 0, MemorySegment.ofArray(new byte[1]));
          return null;
        });
  }

  private static void assertMissing(String key, Callable<?> call) {
    assertThatExceptionOfType(NoSuchObjectException.class)
        .isThrownBy(call::call)
        .withMessageContaining(key)
        .satisfies(e -> assertThat(e.key()).isEqualTo(key));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "0, 1000", "1, 998", "999, 1", "1000, 0", "500, 0"})
  void readsARange(int offset, int length) throws IOException {
    byte[] content = content(1000, 1);
    store.put("a", content);
    byte[] expected = Arrays.copyOfRange(content, offset, offset + length);
    try (InputStream stream = store.open("a", offset, length)) {
      assertThat(stream.readAllBytes()).isEqualTo(expected);
    }
    byte[] target = new byte[length];
    store.read("a", offset, MemorySegment.ofArray(target));
    assertThat(target).isEqualTo(expected);
  }

  @Test
  void aRangeStreamYieldsUnsignedBytesAndSkips() throws IOException {
    store.put("a", new byte[] {5, -1, 7, 8, 9});
    try (InputStream stream = store.open("a", 1, 3)) {
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
    store.put("a", content(1000, 1));
    assertThatExceptionOfType(ObjectSizeException.class)
        .isThrownBy(() -> store.open("a", offset, length))
        .withMessageContaining("object a: it has 1000 bytes")
        .withMessageContaining("%d from offset %d", length, offset);
    if (length < 10_000) {
      MemorySegment target = MemorySegment.ofArray(new byte[(int) length]);
      assertThatExceptionOfType(ObjectSizeException.class)
          .isThrownBy(() -> store.read("a", offset, target));
    }
  }

  @Test
  void refusesANegativeRange() throws IOException {
    store.put("a", content(10, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> store.open("a", -1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> store.open("a", 0, -1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.read("a", -1, MemorySegment.ofArray(new byte[1])));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4097})
  void fillsOffHeapMemoryOfEveryKindOfArena(int offset) throws IOException {
    byte[] content = content(3 * partSize() + 77, 5);
    store.put("big", content);
    byte[] expected = Arrays.copyOfRange(content, offset, content.length);
    try (Arena shared = Arena.ofShared();
        Arena confined = Arena.ofConfined()) {
      for (Arena arena : List.of(shared, confined, Arena.ofAuto())) {
        MemorySegment target = arena.allocate(expected.length);
        store.read("big", offset, target);
        assertThat(target.mismatch(MemorySegment.ofArray(expected))).isEqualTo(-1);
      }
    }
  }

  @Test
  void fillsASliceAndNothingBesideIt() throws IOException {
    store.put("a", content(1000, 1));
    MemorySegment memory = Arena.ofAuto().allocate(1200);
    memory.fill((byte) 42);
    store.read("a", 0, memory.asSlice(100, 1000));
    assertThat(memory.asSlice(100, 1000).toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo(content(1000, 1));
    assertThat(memory.asSlice(0, 100).toArray(ValueLayout.JAVA_BYTE)).containsOnly(42);
    assertThat(memory.asSlice(1100).toArray(ValueLayout.JAVA_BYTE)).containsOnly(42);
  }

  @Test
  void manyReadersReadAtOnce() throws Exception {
    byte[] content = content(2 * partSize() + 5, 1);
    store.put("a", content);
    List<Boolean> right =
        inParallel(
            8,
            reader -> {
              byte[] target = new byte[content.length - reader];
              store.read("a", reader, MemorySegment.ofArray(target));
              return Arrays.equals(target, 0, target.length, content, reader, content.length);
            });
    assertThat(right).containsOnly(true);
  }

  @Test
  void aReaderNeverSeesTwoVersionsMixed() throws Exception {
    byte[] first = new byte[2 * partSize() + 100];
    byte[] second = first.clone();
    Arrays.fill(second, (byte) 1);
    store.put("a", first);
    AtomicBoolean done = new AtomicBoolean();
    inParallel(
        3,
        worker -> {
          if (worker == 0) {
            for (int i = 0; i < 12; i++) {
              byte[] next = i % 2 == 0 ? second : first;
              store.put("a", new ByteArrayInputStream(next), OptionalLong.empty());
            }
            done.set(true);
          }
          while (!done.get()) {
            assertThat(versions(readWhole("a", first.length, worker))).hasSize(1);
          }
          return null;
        });
  }

  private byte[] readWhole(String key, int size, int way) throws IOException {
    if (way == 1) {
      return store.get(key);
    }
    byte[] target = new byte[size];
    store.read(key, 0, MemorySegment.ofArray(target));
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
      store.put(key, content(key.length(), 1));
    }
    assertThat(keys(""))
        .containsExactly("m.x", "m/a=1/.used", "m/b-c", "m/b/1", "m/b/2", "m/bb/1", "n");
    assertThat(keys("m/b")).containsExactly("m/b-c", "m/b/1", "m/b/2", "m/bb/1");
    assertThat(keys("m/b/")).containsExactly("m/b/1", "m/b/2");
    assertThat(keys("m/b/1")).containsExactly("m/b/1");
    assertThat(keys("m/b/1/")).isEmpty();
    assertThat(keys("m/a=1/.us")).containsExactly("m/a=1/.used");
    assertThat(keys("q/r/s")).isEmpty();
    assertThat(store.list("m/b/")).extracting(ObjectInfo::size).containsExactly(5L, 5L);
  }

  @Test
  void listsMoreKeysThanAPageHolds() throws Exception {
    int count = 1003;
    inParallel(
        16,
        worker -> {
          for (int i = worker; i < count; i += 16) {
            store.put("page/%04d".formatted(i), content(1, i));
          }
          return null;
        });
    store.put("pagf", content(1, 1));
    assertThat(keys("page/"))
        .isEqualTo(IntStream.range(0, count).mapToObj("page/%04d"::formatted).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a", "a//", "../", "a/../b", "a/./", "a b", "a*"})
  void refusesAPrefixThatBeginsNoKey(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.list(prefix))
        .withMessageContaining("'%s'", prefix);
  }

  @Test
  void deletesOneObjectAndMindsNoAbsentOne() throws IOException {
    store.put("a/b", content(1, 1));
    store.put("a/c", content(1, 1));
    store.delete("a/b");
    store.delete("a/b");
    store.delete("a");
    store.delete("a/c/d");
    store.delete("never/was");
    assertThat(keys("")).containsExactly("a/c");
    store.delete("a/c");
    assertThat(keys("")).isEmpty();
    store.put("a", content(1, 1));
    assertThat(keys("")).containsExactly("a");
  }

  @Test
  void putsAndDeletesInOneFolderDoNotDisturbEachOther() throws Exception {
    inParallel(
        4,
        worker -> {
          for (int i = 0; i < 40; i++) {
            String key = "folder/inner/" + worker;
            store.put(key, content(10, i));
            assertThat(store.get(key)).isEqualTo(content(10, i));
            store.delete(key);
            assertThat(store.putIfAbsent(key, content(20, i))).isTrue();
            store.delete(key);
          }
          return null;
        });
    assertThat(keys("")).isEmpty();
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "a/..",
        "../a",
        "a/./b",
        "a b",
        "a\\b",
        "a:b",
        "a\n",
        "a\0",
        "ä",
        "a%2Fb",
        "~uploads/a",
        "a?b",
        "a*"
      })
  void refusesAMalformedKeyEverywhere(String key) {
    List<Callable<?>> calls =
        List.of(
            () -> store.find(key),
            () -> store.get(key),
            () -> store.open(key, 0, 1),
            () -> store.putIfAbsent(key, content(1, 1)),
            voidCall(() -> store.put(key, content(1, 1))),
            voidCall(() -> store.put(key, slowStream(content(1, 1)), OptionalLong.empty())),
            voidCall(() -> store.read(key, 0, MemorySegment.ofArray(new byte[1]))),
            voidCall(() -> store.delete(key)));
    for (Callable<?> call : calls) {
      assertThatIllegalArgumentException()
          .isThrownBy(call::call)
          .withMessageContaining("object key '%s'", key);
    }
  }

  @Test
  void refusesOverlongKeysAndTakesTheLongest() throws IOException {
    String segment = "s".repeat(255);
    String longest = String.join("/", segment, segment, segment, "x".repeat(32));
    store.put(longest, content(1, 1));
    assertThat(keys(segment)).containsExactly(longest);
    assertThatIllegalArgumentException().isThrownBy(() -> store.find(longest + "y"));
    assertThatIllegalArgumentException().isThrownBy(() -> store.find("s".repeat(256)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"...", ".used", "a/..b", "-/_/=", "models/org--name/0123/a=b.c_d-e", "A/a"})
  void takesUnusualKeys(String key) throws IOException {
    store.put(key, content(10, 1));
    assertThat(store.get(key)).isEqualTo(content(10, 1));
    assertThat(keys(key)).containsExactly(key);
  }

  @Test
  void refusesNullContent() {
    assertThatThrownBy(() -> store.put("a", null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> store.putIfAbsent("a", null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> store.put("a", null, OptionalLong.empty()))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void refusesEveryCallOnceClosedAndClosesTwice() throws IOException {
    store.put("a", content(1, 1));
    store.close();
    store.close();
    List<Callable<?>> calls =
        List.of(
            () -> store.find("a"),
            () -> store.get("a"),
            () -> store.open("a", 0, 1),
            () -> store.list(""),
            () -> store.putIfAbsent("b", content(1, 1)),
            voidCall(() -> store.put("b", content(1, 1))),
            voidCall(() -> store.put("b", slowStream(content(1, 1)), OptionalLong.empty())),
            voidCall(() -> store.read("a", 0, MemorySegment.ofArray(new byte[1]))),
            voidCall(() -> store.delete("a")));
    for (Callable<?> call : calls) {
      assertThatIllegalStateException()
          .isThrownBy(call::call)
          .withMessage("object store %s is closed", store);
    }
  }

  final ObjectStore store() {
    return store;
  }

  final List<String> keys(String prefix) throws IOException {
    return store.list(prefix).stream().map(ObjectInfo::key).toList();
  }

  static byte[] content(int size, int seed) {
    byte[] content = new byte[size];
    new java.util.Random(seed).nextBytes(content);
    return content;
  }

  /// Yields odd-sized pieces, as a network does.
  static InputStream slowStream(byte[] content) {
    return new ByteArrayInputStream(content) {
      @Override
      public synchronized int read(byte[] target, int from, int count) {
        return super.read(target, from, Math.min(count, 65_521));
      }
    };
  }

  private static InputStream failingStream(int size, IOException failure) {
    return new InputStream() {
      private int position;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int from, int count) throws IOException {
        if (position == size) {
          throw failure;
        }
        int done = Math.min(count, size - position);
        position += done;
        return done;
      }
    };
  }

  interface VoidCall {
    void run() throws Exception;
  }

  private static Callable<?> voidCall(VoidCall call) {
    return () -> {
      call.run();
      return null;
    };
  }

  interface Work<T> {
    T run(int worker) throws Exception;
  }

  /// What each worker returned, in their order.
  static <T> List<T> inParallel(int workers, Work<T> work) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        int worker = i;
        running.add(threads.submit(() -> work.run(worker)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : running) {
        results.add(result.get());
      }
      return results;
    }
  }
}
