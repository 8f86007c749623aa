package dev.halcyon.services.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.JobState.Measure;
import dev.halcyon.contracts.JobState.StageProgress;
import dev.halcyon.contracts.JobState.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JobMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final JobMeters meters = new JobMeters(registry);

  private static JobState state(String job, Status status, long done) {
    StageProgress stage =
        new StageProgress("similarity", Measure.TENSORS, done, 10, 7 * done, 70, "");
    return new JobState(
        job,
        status,
        1,
        List.of(stage),
        List.of(),
        List.of(),
        Instant.EPOCH,
        Instant.EPOCH,
        Optional.empty());
  }

  private double value(String name, String... tags) {
    return registry.get(name).tags(tags).gauge().value();
  }

  @Test
  void aJobsNewestStateIsExportedByMetersThatAreRegisteredOnce() {
    AtomicInteger added = new AtomicInteger();
    registry.config().onMeterAdded(_ -> added.incrementAndGet());
    meters.update(state("a", Status.RUNNING, 0));
    int first = added.get();
    for (int done = 1; done <= 10; done++) {
      meters.update(state("a", Status.RUNNING, done));
    }

    assertThat(added.get()).isEqualTo(first);
    assertThat(value("halcyon.job.tensors.done", "job", "a", "stage", "similarity")).isEqualTo(10);
    assertThat(value("halcyon.job.bytes.done", "job", "a", "stage", "similarity")).isEqualTo(70);
    assertThat(value("halcyon.jobs", "status", "running")).isEqualTo(1);
  }

  @Test
  void aJobHasOneStatus() {
    meters.update(state("a", Status.RUNNING, 10));
    meters.update(state("a", Status.DONE, 10));

    assertThat(registry.find("halcyon.job.status").gauges()).hasSize(1);
    assertThat(value("halcyon.job.status", "job", "a", "status", "done")).isEqualTo(1);
    assertThat(value("halcyon.jobs", "status", "running")).isZero();
  }

  @Test
  void olderJobsMetersGo() {
    for (int job = 0; job < 150; job++) {
      meters.update(state("job" + job, Status.DONE, 10));
    }

    assertThat(registry.find("halcyon.job.status").gauges()).hasSize(100);
    assertThat(registry.find("halcyon.job.tensors.done").tag("job", "job49").gauges()).isEmpty();
    assertThat(registry.find("halcyon.job.tensors.done").tag("job", "job50").gauges()).hasSize(1);
  }
}
