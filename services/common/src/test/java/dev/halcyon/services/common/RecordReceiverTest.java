package dev.halcyon.services.common;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.services.common.fixture.HandedRecord;
import dev.halcyon.services.common.fixture.LetterBox;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class RecordReceiverTest {
  private static final String JOB = "0123456789abcdef0123";
  private static final byte[] GOOD =
      "{\"key\": \"k\", \"size\": 1, \"sha256\": \"x\"}".getBytes(UTF_8);

  private final LetterBox box = new LetterBox();
  private final List<JobEvent> events = new ArrayList<>();
  private final List<StoredObject> worked = new ArrayList<>();
  private final RecordReceiver<StoredObject> receiver =
      new RecordReceiver<>(
          Topic.TENSORS,
          value -> Json.read(value, StoredObject.class),
          new JobFailureNotice(
              "worker",
              event -> {
                events.add(event);
                return CompletableFuture.completedFuture(null);
              }),
          box.deadLetters(),
          box.atWork());

  private HandedRecord receive(String key, byte[] value) {
    return receive(key, value, (message, _) -> worked.add(message));
  }

  private HandedRecord receive(String key, byte[] value, RecordReceiver.Work<StoredObject> work) {
    HandedRecord record = HandedRecord.on(Topic.TENSORS, key, value);
    receiver.receive(record, work).toCompletableFuture().join();
    return record;
  }

  private ProducerRecord<byte[], byte[]> letter() {
    assertThat(box.letters()).hasSize(1);
    return box.letters().getFirst();
  }

  @Test
  void aMessageIsWorkedOnAndAcknowledged() {
    assertThat(receive(null, GOOD).isAcknowledged()).isTrue();
    assertThat(worked).extracting(StoredObject::key).containsExactly("k");
    assertThat(box.letters()).isEmpty();
  }

  @Test
  void aDeadLetterSaysWhereItWasAndWhy() {
    assertThat(receive(JOB + "/w", "{".getBytes(UTF_8)).isAcknowledged()).isTrue();

    assertThat(letter().topic()).isEqualTo("tensors.dead-letter");
    assertThat(letter().key()).isEqualTo((JOB + "/w").getBytes(UTF_8));
    assertThat(letter().value()).isEqualTo("{".getBytes(UTF_8));
    assertThat(LetterBox.header(letter(), "dead-letter-topic")).isEqualTo("tensors");
    assertThat(LetterBox.header(letter(), "dead-letter-partition")).isEqualTo("3");
    assertThat(LetterBox.header(letter(), "dead-letter-offset")).isEqualTo("7");
    assertThat(LetterBox.header(letter(), "dead-letter-size")).isEqualTo("1");
    assertThat(LetterBox.header(letter(), "dead-letter-reason")).isEqualTo("unreadable");
    assertThat(LetterBox.header(letter(), "dead-letter-message")).contains("StoredObject");
    assertThat(LetterBox.header(letter(), "dead-letter-subject")).isEqualTo("job " + JOB);
    assertThat(worked).isEmpty();
  }

  @Test
  void theJobThatTheKeyNamesFails() {
    receive(JOB + "/w", "{".getBytes(UTF_8));

    assertThat(events).singleElement().satisfies(event -> assertThat(event.jobId()).isEqualTo(JOB));
  }

  @Test
  void aTombstoneIsADeadLetter() {
    assertThat(receive(null, null).isAcknowledged()).isTrue();

    assertThat(box.reasons()).containsExactly("tombstone");
    assertThat(letter().value()).isNull();
    assertThat(events).isEmpty();
  }

  /// A compressed record may be far larger than what the broker takes at once.
  @Test
  void aLargeRecordIsCut() {
    byte[] large = new byte[20_000_000];
    Arrays.fill(large, (byte) ' ');

    assertThat(receive("k".repeat(100_000), large).isAcknowledged()).isTrue();

    assertThat(box.reasons()).containsExactly("too_large");
    assertThat(letter().value()).hasSize(DeadLetter.KEPT_VALUE);
    assertThat(letter().key()).hasSizeLessThan(2000);
    assertThat(LetterBox.header(letter(), "dead-letter-size")).isEqualTo("20000000");
  }

  @Test
  void aFailureIsClassedByWhoMustAct() {
    receive(
        null,
        GOOD,
        (_, _) -> {
          throw new BadInputException("no such folder: x");
        });
    receive(
        null,
        GOOD,
        (_, _) -> {
          throw new EnvironmentException("disk full");
        });
    receive(
        null,
        GOOD,
        (_, _) -> {
          throw new OutOfMemoryError("no heap");
        });
    receive(
        null,
        GOOD,
        (_, _) -> {
          throw new StackOverflowError();
        });

    assertThat(box.reasons()).containsExactly("bad_input", "environment", "environment", "bug");
  }

  @Test
  void allCountersAreThereFromTheStart() {
    for (DeadLetterReason reason : DeadLetterReason.values()) {
      assertThat(
              box.meters()
                  .get("halcyon.dead.letters")
                  .tag("topic", "tensors")
                  .tag("reason", reason.label())
                  .counter()
                  .count())
          .isZero();
    }
    receive(null, null);
    assertThat(
            box.meters().get("halcyon.dead.letters").tag("reason", "tombstone").counter().count())
        .isEqualTo(1);
  }

  @Test
  void whatTheServicesEndCutsOffIsNeitherDoneNorFailed() {
    HandedRecord record =
        receive(
            JOB,
            GOOD,
            (_, _) -> {
              throw new InterruptedIOException("closed");
            });

    assertThat(record.isAcknowledged()).isFalse();
    assertThat(box.letters()).isEmpty();
    assertThat(events).isEmpty();
  }

  @Test
  void whatFailsWhileTheServiceEndsIsNeitherDoneNorFailed() {
    box.deadLetters().end();

    HandedRecord record =
        receive(
            JOB,
            GOOD,
            (_, _) -> {
              throw new IllegalStateException("the client is closed");
            });

    assertThat(record.isAcknowledged()).isFalse();
    assertThat(box.letters()).isEmpty();
    assertThat(events).isEmpty();
  }

  @Test
  void aRecordWhoseFailureNobodyTakesStaysForTheNextStart() {
    RecordReceiver<StoredObject> stuck =
        new RecordReceiver<>(
            Topic.TENSORS,
            value -> Json.read(value, StoredObject.class),
            new JobFailureNotice(
                "worker",
                _ -> CompletableFuture.failedFuture(new IllegalStateException("refused"))),
            box.deadLetters(),
            box.atWork());
    HandedRecord record = HandedRecord.on(Topic.TENSORS, JOB, "{".getBytes(UTF_8));

    stuck.receive(record, (_, _) -> {}).toCompletableFuture().join();

    assertThat(record.isAcknowledged()).isFalse();
    assertThat(atWork()).isEqualTo(1);
  }

  private double atWork() {
    return box.meters().get("halcyon.work.running").tag("topic", "tensors").gauge().value();
  }

  private long ended(String outcome) {
    return box.meters().get("halcyon.work").tag("outcome", outcome).timer().count();
  }

  @Test
  void aRecordIsAtWorkUntilItIsSettled() {
    receive(null, GOOD, (_, _) -> assertThat(atWork()).isEqualTo(1));
    receive(null, null);

    assertThat(atWork()).isZero();
    assertThat(ended("done")).isEqualTo(1);
    assertThat(ended("failed")).isEqualTo(1);
  }

  @Test
  void whatNobodyWaitsForIsAcknowledgedAndNoFailure() {
    HandedRecord record =
        receive(
            JOB,
            GOOD,
            (_, _) -> {
              throw new AttemptEndedException("the attempt has failed");
            });

    assertThat(record.isAcknowledged()).isTrue();
    assertThat(box.letters()).isEmpty();
    assertThat(events).isEmpty();
    assertThat(ended("skipped")).isEqualTo(1);
  }

  @Test
  void failuresAreSaidWithTheAttemptThatTheRecordNames() {
    byte[] task =
        "{\"job_id\": \"j-1\", \"attempt\": 4, \"nested\": {\"a\": [1]}, ".getBytes(UTF_8);

    receive(null, task);

    assertThat(events)
        .singleElement()
        .satisfies(event -> {
          assertThat(event.jobId()).isEqualTo("j-1");
          assertThat(event.attempt()).isEqualTo(4);
          assertThat(Json.tree(event).at("/failure/cause").asText())
              .isEqualTo(Json.tree(Failure.Cause.BAD_INPUT).asText());
        });
  }

  @Test
  void onceTheServiceEndsARecordIsLeftToAnotherInstance() throws InterruptedException {
    assertThat(box.atWork().gate().close(Duration.ZERO)).isZero();

    assertThat(receive(null, GOOD).isAcknowledged()).isFalse();
    assertThat(worked).isEmpty();
    assertThat(box.letters()).isEmpty();
  }

  @Test
  void theEndWaitsUntilTheRecordAtWorkIsAcknowledged() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    CompletableFuture<HandedRecord> record =
        CompletableFuture.supplyAsync(() -> receive(null, GOOD, (_, _) -> await(begun, finish)));
    begun.await();
    assertThat(box.atWork().gate().close(Duration.ofMillis(20))).isEqualTo(1);

    finish.countDown();

    assertThat(box.atWork().gate().close(Duration.ofMinutes(1))).isZero();
    assertThat(record.join().isAcknowledged()).isTrue();
  }

  private static void await(CountDownLatch begun, CountDownLatch finish) throws IOException {
    begun.countDown();
    try {
      finish.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException(e.getMessage());
    }
  }
}
