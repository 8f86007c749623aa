package dev.halcyon.objectstore;

import static dev.halcyon.objectstore.TestContent.content;
import static dev.halcyon.objectstore.TestContent.slowStream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the S3 backend promises when the network fails: every exchange goes over a [FaultyLink].
abstract class S3FaultContract extends S3Contract {
  private static final Retry QUICK = new Retry(6, Duration.ofMillis(1));

  private FaultyLink link;
  private ObjectStore faulty;

  @BeforeEach
  void openFaultyStore() throws IOException {
    link = new FaultyLink(server().endpoint());
    faulty = new S3ObjectStore(settings(access(), "some/folder"), QUICK);
  }

  private S3Access access() {
    return new S3Access(link.endpoint(), server().region(), server().credentials());
  }

  @AfterEach
  void closeFaultyStore() throws IOException {
    faulty.close();
    link.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void asksAgainWhereTheServerSaysLater(int status) throws IOException {
    link.reply("PUT ", 3, status + " Later");
    faulty.put("a", content(10, 1));
    link.reply("GET ", 5, status + " Later");
    assertThat(faulty.list("")).hasSize(1);
    link.reply("HEAD ", 5, status + " Later");
    assertThat(faulty.find("a")).isPresent();
    link.reply("DELETE ", 5, status + " Later");
    faulty.delete("a");
    assertThat(link.faultsLeft()).isZero();
    assertThat(keys("")).isEmpty();
  }

  /// Conflicts of writers at the same time, as servers name them.
  @ParameterizedTest
  @ValueSource(
      strings = {"OperationAborted", "ConditionalRequestConflict", "ExistingObjectIsDirectory"})
  void putsAgainAfterAConflict(String code) throws IOException {
    link.refuse("PUT ", 5, code);
    faulty.put("a", content(10, 1));
    link.refuse("PUT ", 5, code);
    assertThat(faulty.putIfAbsent("b", content(10, 2))).isTrue();
    assertThat(link.faultsLeft()).isZero();
    assertThat(keys("")).containsExactly("a", "b");
  }

  @Test
  void namesAConflictThatStays() {
    link.refuse("PUT ", 6, "ExistingObjectIsDirectory");
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> faulty.put("a", content(10, 1)))
        .withMessageContaining("object a: ExistingObjectIsDirectory: refused");
    assertThat(link.countRequests("PUT ")).isEqualTo(6);
  }

  @Test
  void givesUpAServerThatNeverAnswers() {
    link.reply("GET ", 6, "503 Slow Down");
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> faulty.open("a", 0, 1))
        .withMessageContaining("object a")
        .withMessageContaining("503");
    assertThat(link.countRequests("GET ")).isEqualTo(6);
  }

  @Test
  void failsItsCheckWhileTheServerDoesNotAnswerEachTimeAnew() throws IOException {
    faulty.check();
    link.reply("HEAD ", 6, "503 Slow Down");
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> faulty.check());
    faulty.check();
    assertThat(link.faultsLeft()).isZero();
  }

  @Test
  void doesNotAskAgainWhereAskingCannotHelp() {
    link.reply("GET ", 1, "403 Forbidden");
    assertThatExceptionOfType(StoreEnvironmentException.class)
        .isThrownBy(() -> faulty.open("a", 0, 1));
    assertThat(link.countRequests("GET ")).isEqualTo(1);
  }

  @Test
  void followsNoRedirect() throws IOException {
    try (FaultyLink elsewhere = new FaultyLink(server().endpoint())) {
      link.reply("GET ", 1, "307 Moved\r\nLocation: " + elsewhere.endpoint() + "/x/y");
      assertThatExceptionOfType(StoreEnvironmentException.class)
          .isThrownBy(() -> faulty.open("a", 0, 1));
      assertThat(elsewhere.countRequests("")).isZero();
    }
  }

  @Test
  void aStreamGoesOnWhereItsConnectionBroke() throws IOException {
    byte[] content = content(1 << 20, 1);
    store().put("a", content);
    link.cutAnswer("GET ", 4, 200_000);
    try (InputStream stream = faulty.open("a", 100, content.length - 100)) {
      assertThat(stream.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 100, content.length));
    }
    assertThat(link.faultsLeft()).isZero();
  }

  @Test
  void aParallelReadGoesOnWhereItsConnectionsBroke() throws IOException {
    byte[] content = content(4 * partSize() + 99, 1);
    store().put("a", slowStream(content), OptionalLong.empty());
    link.cutAnswer("GET ", 3, 1_000_000);
    link.cutAnswer("GET ", 2, -1);
    MemorySegment target = Arena.ofAuto().allocate(content.length);
    faulty.read("a", 0, target);
    assertThat(target.mismatch(MemorySegment.ofArray(content))).isEqualTo(-1);
    assertThat(link.faultsLeft()).isZero();
  }

  @Test
  void aStreamWhoseConnectionBreaksForGoodFails() throws IOException {
    store().put("a", content(1 << 20, 1));
    link.cutAnswer("GET ", 1, 1000);
    link.cutAnswer("GET ", 20, 0);
    try (InputStream stream = faulty.open("a", 0, 1 << 20)) {
      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(stream::readAllBytes)
          .withMessageContaining("object a");
    }
  }

  @Test
  void aStreamDoesNotGoOnInAnotherVersion() throws IOException {
    store().put("a", content(1 << 20, 1));
    link.cutAnswerAnd("GET ", 1000, () -> replaceUnderWay("a", content(1 << 20, 2)));
    try (InputStream stream = faulty.open("a", 0, 1 << 20)) {
      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(stream::readAllBytes)
          .withMessageContaining("object a was replaced while it was read");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void aReadBeginsAnewWithAnotherVersion(int longer) throws IOException {
    byte[] first = content(3 * partSize(), 1);
    byte[] second = content(3 * partSize() + longer * 1000, 2);
    store().put("a", slowStream(first), OptionalLong.empty());
    link.cutAnswerAnd("GET ", 1000, () -> replaceUnderWay("a", second));
    byte[] target = new byte[2 * partSize()];
    faulty.read("a", 0, MemorySegment.ofArray(target));
    assertThat(Arrays.equals(target, Arrays.copyOf(second, target.length))).isTrue();
    store().put("a", slowStream(first), OptionalLong.empty());
    link.cutAnswerAnd("GET ", 1000, () -> replaceUnderWay("a", second));
    assertThat(Arrays.equals(faulty.get("a"), second)).isTrue();
  }

  private void replaceUnderWay(String key, byte[] content) {
    try {
      store().put(key, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aConditionalPutWhoseAnswerWasLostStillWon() throws IOException {
    link.cutAnswer("PUT ", 2, -1);
    assertThat(faulty.putIfAbsent("a", content(10, 1))).isTrue();
    assertThat(store().get("a")).isEqualTo(content(10, 1));
    assertThat(link.faultsLeft()).isZero();
  }

  @Test
  void aConditionalPutWhoseRefusalWasLostStillLost() throws IOException {
    store().putIfAbsent("a", content(10, 2));
    link.cutAnswer("PUT ", 1, -1);
    assertThat(faulty.putIfAbsent("a", content(10, 1))).isFalse();
    assertThat(store().get("a")).isEqualTo(content(10, 2));
    assertThat(link.faultsLeft()).isZero();
  }

  @Test
  void anUploadSurvivesLostPartsAndALostLastAnswer() throws Exception {
    byte[] content = content(3 * partSize() + 5, 1);
    link.cutAnswer("PUT ", 3, -1);
    link.reply("PUT ", 2, "503 Slow Down");
    link.cutAnswer("/a?uploadId=", 3, -1);
    faulty.put("a", slowStream(content), OptionalLong.of(content.length));
    assertThat(Arrays.equals(store().get("a"), content)).isTrue();
    assertThat(link.faultsLeft()).isZero();
  }

  @Test
  void anUploadWhosePartsNeverArriveLeavesNothing() throws Exception {
    link.reply("partNumber=2", 6, "503 Slow Down");
    byte[] content = content(3 * partSize() + 5, 1);
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> faulty.put("a", slowStream(content), OptionalLong.empty()));
    assertThat(store().find("a")).isEmpty();
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void holdsNoMorePartsInMemoryThanItSays() throws Exception {
    AtomicLong sent = new AtomicLong();
    AtomicLong most = new AtomicLong();
    byte[] content = content(8 * partSize() + 7, 1);
    InputStream counting =
        new ByteArrayInputStream(content) {
          @Override
          public synchronized int read(byte[] target, int from, int count) {
            int done = super.read(target, from, count);
            int read = content.length - available();
            most.accumulateAndGet(read - sent.get(), Math::max);
            return done;
          }
        };
    S3Settings oneAtOnce =
        new S3Settings(access(), settings(access(), "").bucket(), "", partSize(), 1);
    link.beforeEachAnswer("PUT ", () -> sent.addAndGet(partSize()));
    try (ObjectStore store = new S3ObjectStore(oneAtOnce)) {
      store.put("a", counting, OptionalLong.empty());
      assertThat(Arrays.equals(store.get("a"), content)).isTrue();
    }
    assertThat(sent.get()).isGreaterThanOrEqualTo(content.length);
    assertThat(most.get()).isBetween((long) partSize(), 2L * partSize());
  }
}
