package dev.halcyon.services.common.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.StoreUnavailableException;
import dev.halcyon.services.common.models.Retention.StoredModel;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private static final ModelFolder BASE = ModelFolder.of("org/base", "c0ffee");
  private static final ModelFolder TUNED = ModelFolder.of("org/tuned", "c0ffee");
  private static final Duration WEEK = Duration.ofDays(7);

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final Instant start = Instant.now();

  private static Clock at(Instant time) {
    return InstantSource.fixed(time).withZone(ZoneOffset.UTC);
  }

  private Retention retentionAfter(Duration time) {
    return new Retention(store, at(start.plus(time)));
  }

  @Test
  void aModelLiesInOneFolderWithTheDigestsOfItsTensorsNames() {
    assertThat(BASE.prefix()).isEqualTo("models/org--base/c0ffee/");
    assertThat(ModelFolder.of("gpt2", "c0ffee").fileKey("config.json"))
        .isEqualTo("models/gpt2/c0ffee/config.json");
    // printf lm_head.weight | sha256sum
    assertThat(BASE.tensorKey("lm_head.weight"))
        .isEqualTo(
            BASE.prefix() + "7866b85ef9fdbeac35f2f699fd08c8b431545344f6f1cd1600c342dcec2a3a6e");
  }

  @Test
  void aTensorsNameOfAnyKindMakesAKey() throws IOException {
    store.put(BASE.tensorKey("../ä b\n/"), new byte[1]);
    assertThat(store.list(BASE.prefix())).hasSize(1);
  }

  @Test
  void listsModelsWithTheirSizes() throws IOException {
    store.put(BASE.tensorKey("a"), new byte[10]);
    store.put(BASE.tensorKey("b"), new byte[20]);
    store.put(TUNED.fileKey("config.json"), new byte[5]);
    store.put("jobs/1/report.json", new byte[5]);
    store.put("models/stray", new byte[5]);
    assertThat(retentionAfter(WEEK).models())
        .extracting(StoredModel::folder, StoredModel::bytes)
        .containsExactly(tuple(BASE, 30L), tuple(TUNED, 5L));
  }

  @Test
  void findsOnlyWhatWasNotUsedForThatLong() throws IOException {
    store.put(BASE.tensorKey("a"), new byte[10]);
    assertThat(retentionAfter(WEEK.minusHours(1)).unusedFor(WEEK)).isEmpty();
    assertThat(retentionAfter(WEEK.plusHours(1)).unusedFor(WEEK))
        .extracting(StoredModel::folder)
        .containsExactly(BASE);
  }

  @Test
  void removesAModelAndNothingElse() throws IOException {
    store.put(BASE.tensorKey("a"), new byte[10]);
    store.put(BASE.fileKey("sub/file"), new byte[10]);
    new ModelUse(store, at(start)).mark(BASE);
    store.put(ModelFolder.of("org/base", "c0ffee2").tensorKey("a"), new byte[10]);
    store.put("jobs/1/report.json", new byte[5]);
    assertThat(retentionAfter(WEEK.plusHours(1)).remove(BASE, WEEK)).isTrue();
    assertThat(store.list(""))
        .extracting(ObjectStore.ObjectInfo::key)
        .containsExactly(
            "jobs/1/report.json", ModelFolder.of("org/base", "c0ffee2").tensorKey("a"));
  }

  @Test
  void keepsAModelThatWasMarkedMeanwhile() throws IOException {
    store.put(BASE.tensorKey("a"), new byte[10]);
    Retention soon = retentionAfter(WEEK.minusHours(1));
    assertThat(soon.remove(BASE, WEEK)).isFalse();
    assertThat(store.find(BASE.tensorKey("a"))).isPresent();
    assertThat(store.find(BASE.removingKey())).isEmpty();
  }

  @Test
  void keepsAModelWhoseUserComesBetweenTheMarkAndTheLook() throws IOException {
    Duration day = Duration.ofDays(1);
    store.put(BASE.tensorKey("a"), new byte[10]);
    Instant afterThePut = store.find(BASE.tensorKey("a")).orElseThrow().lastModified().plusNanos(1);
    ObjectStore interleaved =
        before(
            "list",
            () ->
                assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> new ModelUse(store, at(start)).mark(BASE))
                    .withMessageContaining("org/base@c0ffee is being removed"));
    Retention retention = new Retention(interleaved, at(afterThePut.plus(day)));
    assertThat(retention.remove(BASE, day)).isFalse();
    new ModelUse(store, at(start)).mark(BASE);
    assertThat(store.find(BASE.tensorKey("a"))).isPresent();
  }

  @Test
  void twoCommandsDoNotRemoveTheSameModel() throws IOException {
    store.put(BASE.tensorKey("a"), new byte[10]);
    Retention retention = retentionAfter(WEEK.plusHours(2));
    AtomicInteger others = new AtomicInteger();
    ObjectStore interleaved =
        before(
            "list",
            () -> {
              others.incrementAndGet();
              assertThat(new Retention(store, at(start.plusSeconds(1))).remove(BASE, WEEK))
                  .isFalse();
              assertThat(store.find(BASE.tensorKey("a"))).isPresent();
            });
    assertThat(new Retention(interleaved, at(start.plus(WEEK.plusHours(2)))).remove(BASE, WEEK))
        .isTrue();
    assertThat(others).hasValue(1);
    assertThat(retention.models()).isEmpty();
  }

  @Test
  void finishesARemovalThatWasKilled() throws IOException {
    store.put(BASE.tensorKey("a"), new byte[10]);
    store.put(BASE.removingKey(), new byte[0]);
    assertThat(retentionAfter(Duration.ofMinutes(50)).remove(BASE, WEEK)).isFalse();
    Retention retention = retentionAfter(WEEK.plusHours(2));
    assertThat(retention.unusedFor(WEEK)).hasSize(1);
    assertThat(retention.remove(BASE, WEEK)).isTrue();
    assertThat(store.list("")).isEmpty();
  }

  @Test
  void aUserClearsTheMarkOfAKilledRemoval() throws IOException {
    store.put(BASE.removingKey(), new byte[0]);
    ModelUse early = new ModelUse(store, at(start.plus(Duration.ofMinutes(50))));
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> early.mark(BASE));
    new ModelUse(store, at(start.plus(Duration.ofMinutes(70)))).mark(BASE);
    assertThat(store.find(BASE.removingKey())).isEmpty();
  }

  @Test
  void marksAModelOnceAnHour() throws IOException {
    ModelUse first = new ModelUse(store, at(start));
    first.mark(BASE);
    byte[] mark = store.get(BASE.usedKey());
    new ModelUse(store, at(start.plus(Duration.ofMinutes(50)))).mark(BASE);
    assertThat(store.get(BASE.usedKey())).isEqualTo(mark);
    new ModelUse(store, at(start.plus(Duration.ofMinutes(70)))).mark(BASE);
    assertThat(store.get(BASE.usedKey())).isNotEqualTo(mark);
  }

  @Test
  void askedAgainWithinTheHourItLeavesTheStoreInPeace() throws IOException {
    ModelUse use = new ModelUse(store, at(start));
    use.mark(BASE);
    store.close();
    use.mark(BASE);
  }

  @Test
  void refusesToRemoveWhatWasUsedToday() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> retentionAfter(WEEK).unusedFor(Duration.ofHours(23)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> retentionAfter(WEEK).remove(BASE, Duration.ZERO));
  }

  private interface Event {
    void run() throws Exception;
  }

  /// The store, with something happening before the first call of a method.
  private ObjectStore before(String method, Event event) {
    AtomicInteger calls = new AtomicInteger();
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method) && calls.getAndIncrement() == 0) {
                event.run();
              }
              try {
                return called.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
