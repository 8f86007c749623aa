package dev.halcyon.services.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.Measure;
import dev.halcyon.contracts.job.JobState.StageProgress;
import dev.halcyon.contracts.job.JobState.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobMetersTest {
  private static final Instant START = Instant.ofEpochSecond(1_000_000);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private Instant now = START;
  private final JobMeters meters = new JobMeters(registry, () -> now, Duration.ofMinutes(15));

  private JobState state(String job, Status status, long done) {
    return state(
        job, status, new StageProgress("similarity", Measure.TENSORS, done, 10, 7 * done, 70, ""));
  }

  private JobState state(String job, Status status, StageProgress... stages) {
    return new JobState(
        job, status, 1, List.of(stages), List.of(), List.of(), START, now, Optional.empty());
  }

  private double value(String name, String... tags) {
    return registry.get(name).tags(tags).gauge().value();
  }

  private double ofStage(String name) {
    return value(name, "job_id", "a", "stage", "similarity");
  }

  private void pass(Duration time) {
    now = now.plus(time);
    meters.timePassed();
  }

  @Test
  void aJobsNewestStateIsExportedByMetersThatAreRegisteredOnce() {
    AtomicInteger added = new AtomicInteger();
    registry.config().onMeterAdded(_ -> added.incrementAndGet());
    meters.changed(state("a", Status.RUNNING, 0));
    int first = added.get();
    for (int done = 1; done <= 10; done++) {
      meters.changed(state("a", Status.RUNNING, done));
    }

    assertThat(added.get()).isEqualTo(first);
    assertThat(ofStage("halcyon.job.items.done")).isEqualTo(10);
    assertThat(ofStage("halcyon.job.bytes.done")).isEqualTo(70);
    assertThat(value("halcyon.jobs", "status", "running")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"TENSORS, tensors, bytes", "OBJECTS, objects, bytes", "LAYERS, layers, tokens"})
  void whatIsCountedIsSaid(Measure measure, String items, String amounts) {
    meters.changed(state("a", Status.RUNNING, new StageProgress("s", measure, 1, 2, 30, 40, "")));

    assertThat(value("halcyon.job.items.planned", "job_id", "a", "unit", items)).isEqualTo(2);
    assertThat(value("halcyon.job." + amounts + ".planned", "job_id", "a", "stage", "s"))
        .isEqualTo(40);
    assertThat(value("halcyon.job.rate", "job_id", "a", "stage", "s", "unit", amounts)).isZero();
  }

  @Test
  void theTimeLeftFollowsFromTheRate() {
    meters.changed(state("a", Status.RUNNING, 0));
    assertThat(ofStage("halcyon.job.time.left.seconds")).isNaN();
    now = now.plusSeconds(20);
    meters.changed(state("a", Status.RUNNING, 4));

    assertThat(ofStage("halcyon.job.rate")).isEqualTo(28 / 20.0);
    assertThat(ofStage("halcyon.job.time.left.seconds")).isEqualTo(42 / (28 / 20.0));

    meters.changed(state("a", Status.RUNNING, 10));
    assertThat(ofStage("halcyon.job.time.left.seconds")).isZero();
  }

  @Test
  void aJobHasOneStatus() {
    meters.changed(state("a", Status.RUNNING, 10));
    meters.changed(state("a", Status.DONE, 10));

    assertThat(registry.find("halcyon.job.status").gauges()).hasSize(1);
    assertThat(value("halcyon.job.status", "job_id", "a", "status", "done")).isEqualTo(1);
    assertThat(value("halcyon.jobs", "status", "running")).isZero();
  }

  @Test
  void theTimeOfAJobIsMeasuredOnce() {
    meters.changed(state("a", Status.RUNNING, 1));
    now = now.plusSeconds(90);
    meters.changed(state("a", Status.DONE, 10));
    meters.changed(state("a", Status.DONE, 10));
    meters.taken(state("b", Status.DONE, 10));

    var durations = registry.get("halcyon.jobs.duration");
    assertThat(durations.tag("status", "done").timer().count()).isEqualTo(1);
    assertThat(durations.tag("status", "done").timer().totalTime(TimeUnit.SECONDS)).isEqualTo(90);
  }

  @Test
  void everythingWithoutAJobIsThereFromTheStart() {
    assertThat(registry.get("halcyon.jobs").gauges())
        .hasSize(Status.values().length)
        .allSatisfy(gauge -> assertThat(gauge.value()).isZero());
    assertThat(registry.get("halcyon.jobs.duration").timers())
        .hasSize(3)
        .allSatisfy(timer -> assertThat(timer.count()).isZero());
  }

  private long metersOf(String job) {
    return registry.getMeters().stream()
        .filter(meter -> job.equals(meter.getId().getTag("job_id")))
        .count();
  }

  @Test
  void theMetersOfAJobGoSomeTimeAfterItsEnd() {
    meters.changed(state("a", Status.DONE, 10));
    meters.changed(state("b", Status.RUNNING, 3));
    pass(Duration.ofMinutes(14));
    assertThat(metersOf("a")).isPositive();
    pass(Duration.ofMinutes(2));

    assertThat(metersOf("a")).isZero();
    assertThat(metersOf("b")).isPositive();
    assertThat(value("halcyon.jobs", "status", "done")).isEqualTo(1);
  }

  @Test
  void aJobThatEndedLongAgoIsOnlyCounted() {
    JobState old = state("a", Status.DONE, 10);
    pass(Duration.ofHours(1));
    meters.taken(old);

    assertThat(metersOf("a")).isZero();
    assertThat(value("halcyon.jobs", "status", "done")).isEqualTo(1);
  }

  @Test
  void aJobThatIsGoneLeavesNothing() {
    meters.changed(state("a", Status.RUNNING, 3));
    meters.gone("a");

    assertThat(metersOf("a")).isZero();
    assertThat(value("halcyon.jobs", "status", "running")).isZero();
  }

  @Test
  void ofManyJobsTheOldestHaveNoMetersOfTheirOwn() {
    for (int job = 0; job < 150; job++) {
      now = now.plusSeconds(1);
      meters.changed(state("job" + job, Status.RUNNING, 1));
    }

    assertThat(registry.find("halcyon.job.status").gauges()).hasSize(JobMeters.MOST_JOBS);
    assertThat(metersOf("job49")).isZero();
    assertThat(metersOf("job50")).isPositive();
    assertThat(value("halcyon.jobs", "status", "running")).isEqualTo(150);
  }
}
