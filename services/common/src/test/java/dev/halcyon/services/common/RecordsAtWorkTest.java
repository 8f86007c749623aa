package dev.halcyon.services.common;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecordsAtWorkTest {
  private static final RecordsAtWork.Limits HOUR_OR_DAY =
      new RecordsAtWork.Limits(Duration.ofHours(1), Map.of("fisher-tasks", Duration.ofDays(1)));

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1000));
  private final RecordsAtWork atWork =
      new RecordsAtWork(meters, now::get, () -> 1_000_000 * now.get().toEpochMilli());

  @BeforeEach
  void expect() {
    atWork.expect("tensors");
    atWork.expect("fisher-tasks");
  }

  private RecordsAtWork.Entry begin(String topic, long offset, Instant written) {
    return atWork.begin(
        new ConsumerRecord<>(
            topic,
            3,
            offset,
            written.toEpochMilli(),
            TimestampType.CREATE_TIME,
            0,
            0,
            "key",
            new byte[0],
            new RecordHeaders(),
            Optional.empty()));
  }

  private void pass(Duration time) {
    now.updateAndGet(then -> then.plus(time));
  }

  private double gauge(String name, String topic) {
    return meters.get(name).tag("topic", topic).gauge().value();
  }

  @Test
  void aRecordIsStuckOnceItHasNotGotOnForLongerThanItsTopicAllows() {
    begin("tensors", 7, now.get());
    begin("fisher-tasks", 1, now.get());
    assertThat(atWork.stuck(HOUR_OR_DAY)).isEmpty();
    pass(Duration.ofMinutes(61));
    assertThat(atWork.stuck(HOUR_OR_DAY)).containsExactly("tensors-3@7");
    pass(Duration.ofDays(1));
    assertThat(atWork.stuck(HOUR_OR_DAY)).containsExactly("fisher-tasks-3@1", "tensors-3@7");
  }

  @Test
  void workThatGetsOnIsNotStuckHoweverLongItTakes() {
    begin("tensors", 7, now.get());
    begin("tensors", 8, now.get()).end(RecordsAtWork.Outcome.DONE);
    for (int hour = 0; hour < 48; hour++) {
      pass(Duration.ofMinutes(59));
      atWork.progressed("tensors");
      assertThat(atWork.stuck(HOUR_OR_DAY)).isEmpty();
    }
    pass(Duration.ofMinutes(59));
    atWork.progressed("fisher-tasks");
    pass(Duration.ofMinutes(2));
    assertThat(atWork.stuck(HOUR_OR_DAY)).containsExactly("tensors-3@7");
  }

  @Test
  void whatCouldNotGetOnIsNotStuck() {
    begin("tensors", 7, now.get());
    pass(Duration.ofHours(5));
    atWork.progressed();
    assertThat(atWork.stuck(HOUR_OR_DAY)).isEmpty();
  }

  @Test
  void theAgeOfTheOldestRecordCountsFromWhenItWasWritten() {
    assertThat(gauge("halcyon.work.oldest.age", "tensors")).isZero();
    RecordsAtWork.Entry oldest = begin("tensors", 7, now.get().minusSeconds(30));
    begin("tensors", 8, now.get());
    pass(Duration.ofSeconds(5));
    assertThat(gauge("halcyon.work.oldest.age", "tensors")).isEqualTo(35);
    assertThat(gauge("halcyon.work.running", "tensors")).isEqualTo(2);
    oldest.end(RecordsAtWork.Outcome.DONE);
    assertThat(gauge("halcyon.work.oldest.age", "tensors")).isEqualTo(5);
    assertThat(gauge("halcyon.work.running", "tensors")).isEqualTo(1);
    assertThat(gauge("halcyon.work.running", "fisher-tasks")).isZero();
  }

  @Test
  void theTimeOfTheWorkIsMeasuredByHowItEnded() {
    assertThat(meters.get("halcyon.work").tag("topic", "tensors").timers())
        .hasSize(3)
        .allSatisfy(timer -> assertThat(timer.count()).isZero());
    RecordsAtWork.Entry entry = begin("tensors", 7, now.get());
    pass(Duration.ofSeconds(4));
    entry.end(RecordsAtWork.Outcome.FAILED);
    assertThat(
            meters
                .get("halcyon.work")
                .tags("topic", "tensors", "outcome", "failed")
                .timer()
                .mean(SECONDS))
        .isEqualTo(4);
  }
}
