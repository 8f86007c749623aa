package dev.halcyon.objectstore;

import static dev.halcyon.objectstore.TestContent.content;
import static dev.halcyon.objectstore.TestContent.failingStream;
import static dev.halcyon.objectstore.TestContent.slowStream;
import static dev.halcyon.objectstore.TestThreads.inParallel;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.objectstore.ObjectStore.ObjectInfo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every backend promises; a backend's test extends this.
abstract class ObjectStoreContract extends ObjectStoreReadContract {
  @Test
  void returnsWhatWasPut() throws IOException {
    store().put("models/a/x", content(1000, 1));
    assertThat(store().get("models/a/x")).isEqualTo(content(1000, 1));
  }

  @Test
  void keepsItsOwnCopyOfAnArray() throws IOException {
    byte[] array = {1, 2, 3};
    store().put("a", array);
    store().putIfAbsent("b", array);
    array[0] = 9;
    store().get("a")[1] = 9;
    assertThat(store().get("a")).containsExactly(1, 2, 3);
    assertThat(store().get("b")).containsExactly(1, 2, 3);
  }

  @Test
  void putReplacesTheWholeObject() throws IOException {
    store().put("a", content(1000, 1));
    store().put("a", content(10, 2));
    assertThat(store().get("a")).isEqualTo(content(10, 2));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "1, -1", "1, 0", "1, 1", "2, 0", "2, 13"})
  void takesStreamsOfKnownAndUnknownLengthAroundThePartSize(int parts, int more)
      throws IOException {
    byte[] content = content(parts * partSize() + more, 3);
    store().put("known", slowStream(content), OptionalLong.of(content.length));
    store().put("unknown", slowStream(content), OptionalLong.empty());
    for (String key : List.of("known", "unknown")) {
      assertThat(store().find(key).orElseThrow().size()).isEqualTo(content.length);
      assertThat(Arrays.equals(store().get(key), content)).as(key).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void refusesAStreamOfAnotherLengthThanAnnounced(int difference) throws Exception {
    for (int size : new int[] {100, 2 * partSize() + 13}) {
      store().put("a", content(7, 1));
      byte[] content = content(size, 2);
      assertThatExceptionOfType(ObjectSizeException.class)
          .isThrownBy(
              () -> store().put("a", slowStream(content), OptionalLong.of(size + difference)))
          .withMessageContaining("a: its content was announced as %d", size + difference);
      assertThat(store().get("a")).isEqualTo(content(7, 1));
      assertThat(leftovers()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 2.5})
  void aFailingStreamPassesThroughAndLeavesNothing(double parts) throws Exception {
    store().put("old", content(7, 1));
    int size = (int) (parts * partSize());
    for (OptionalLong length : List.of(OptionalLong.empty(), OptionalLong.of(3L * partSize()))) {
      for (String key : List.of("new", "old")) {
        IOException failure = new IOException("the source broke");
        assertThatThrownBy(() -> store().put(key, failingStream(size, failure), length))
            .isSameAs(failure);
      }
    }
    assertThat(store().find("new")).isEmpty();
    assertThat(store().list("")).extracting(ObjectInfo::key).containsExactly("old");
    assertThat(store().get("old")).isEqualTo(content(7, 1));
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aFinishedPutLeavesNothingBesideTheObject() throws Exception {
    store().put("a", slowStream(content(2 * partSize() + 1, 1)), OptionalLong.empty());
    store().putIfAbsent("a", content(1, 1));
    store().putIfAbsent("b", content(1, 1));
    assertThat(leftovers()).isEmpty();
    assertThat(store().list("")).extracting(ObjectInfo::key).containsExactly("a", "b");
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
    store().put("a", stream, OptionalLong.of(10));
    assertThat(closed).isFalse();
  }

  @Test
  void putIfAbsentCreatesOnceAndNeverReplaces() throws IOException {
    assertThat(store().putIfAbsent("jobs/1/report", content(10, 1))).isTrue();
    assertThat(store().putIfAbsent("jobs/1/report", content(20, 2))).isFalse();
    assertThat(store().get("jobs/1/report")).isEqualTo(content(10, 1));
  }

  @Test
  void putIfAbsentWorksAgainAfterADelete() throws IOException {
    store().putIfAbsent("a", content(10, 1));
    store().delete("a");
    assertThat(store().putIfAbsent("a", content(10, 2))).isTrue();
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
                return store().putIfAbsent(key, content(5000 + writer, writer));
              });
      assertThat(won).filteredOn(Boolean::booleanValue).hasSize(1);
      int winner = won.indexOf(true);
      assertThat(store().get(key)).isEqualTo(content(5000 + winner, winner));
    }
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aZeroLengthObjectIsAnObject() throws IOException {
    store().put("empty", new byte[0]);
    assertThat(store().find("empty").orElseThrow().size()).isZero();
    assertThat(store().get("empty")).isEmpty();
    store().read("empty", 0, MemorySegment.ofArray(new byte[0]));
    try (InputStream stream = store().open("empty", 0, 0)) {
      assertThat(stream.read()).isEqualTo(-1);
    }
    assertThat(store().list("empty")).hasSize(1);
    assertThat(store().putIfAbsent("empty", content(1, 1))).isFalse();
  }

  @Test
  void deletesOneObjectAndMindsNoAbsentOne() throws IOException {
    store().put("a/b", content(1, 1));
    store().put("a/c", content(1, 1));
    store().delete("a/b");
    store().delete("a/b");
    store().delete("a");
    store().delete("never/was");
    assertThat(keys("")).containsExactly("a/c");
    store().delete("a/c");
    assertThat(keys("")).isEmpty();
    store().put("a", content(1, 1));
    assertThat(keys("")).containsExactly("a");
  }

  @Test
  void deletingInsideAnObjectDoesNothing() throws IOException {
    store().put("a/c", content(1, 1));
    store().delete("a/c/d");
    assertThat(keys("")).containsExactly("a/c");
  }

  @Test
  void putsAndDeletesInOneFolderDoNotDisturbEachOther() throws Exception {
    inParallel(
        4,
        worker -> {
          for (int i = 0; i < 40; i++) {
            String key = "folder/inner/" + worker;
            store().put(key, content(10, i));
            assertThat(store().get(key)).isEqualTo(content(10, i));
            store().delete(key);
            assertThat(store().putIfAbsent(key, content(20, i))).isTrue();
            store().delete(key);
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
            () -> store().find(key),
            () -> store().get(key),
            () -> store().open(key, 0, 1),
            () -> store().putIfAbsent(key, content(1, 1)),
            voidCall(() -> store().put(key, content(1, 1))),
            voidCall(() -> store().put(key, slowStream(content(1, 1)), OptionalLong.empty())),
            voidCall(() -> store().read(key, 0, MemorySegment.ofArray(new byte[1]))),
            voidCall(() -> store().delete(key)));
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
    store().put(longest, content(1, 1));
    assertThat(keys(segment)).containsExactly(longest);
    assertThatIllegalArgumentException().isThrownBy(() -> store().find(longest + "y"));
    assertThatIllegalArgumentException().isThrownBy(() -> store().find("s".repeat(256)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"...", ".used", "a/..b", "-/_/=", "models/org--name/0123/a=b.c_d-e", "A/a"})
  void takesUnusualKeys(String key) throws IOException {
    store().put(key, content(10, 1));
    assertThat(store().get(key)).isEqualTo(content(10, 1));
    assertThat(keys(key)).containsExactly(key);
  }

  @Test
  void aStoreThatCanBeUsedPassesItsCheckEmptyOrNot() throws IOException {
    store().check();
    store().put("a", content(1, 1));
    store().check();
    assertThat(keys("")).containsExactly("a");
  }

  @Test
  void refusesNullContent() {
    assertThatThrownBy(() -> store().put("a", null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> store().putIfAbsent("a", null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> store().put("a", null, OptionalLong.empty()))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void refusesEveryCallOnceClosedAndClosesTwice() throws IOException {
    store().put("a", content(1, 1));
    store().close();
    store().close();
    List<Callable<?>> calls =
        List.of(
            () -> store().find("a"),
            () -> store().get("a"),
            () -> store().open("a", 0, 1),
            () -> store().list(""),
            () -> store().putIfAbsent("b", content(1, 1)),
            voidCall(() -> store().put("b", content(1, 1))),
            voidCall(() -> store().put("b", slowStream(content(1, 1)), OptionalLong.empty())),
            voidCall(() -> store().read("a", 0, MemorySegment.ofArray(new byte[1]))),
            voidCall(() -> store().delete("a")),
            voidCall(() -> store().check()));
    for (Callable<?> call : calls) {
      assertThatIllegalStateException()
          .isThrownBy(call::call)
          .withMessage("object store %s is closed", store());
    }
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
}
