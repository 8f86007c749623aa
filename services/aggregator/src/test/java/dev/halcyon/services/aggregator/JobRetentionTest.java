package dev.halcyon.services.aggregator;

import static dev.halcyon.services.aggregator.HandledJob.A;
import static dev.halcyon.services.aggregator.HandledJob.B;
import static dev.halcyon.services.aggregator.HandledJob.JOB;
import static dev.halcyon.services.aggregator.HandledJob.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobState.Status;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Jobs are kept for 30 days here.
class JobRetentionTest {
  private static final String OTHERS = StoreKeys.report("job10");

  private final HandledJob job = new HandledJob();

  private void done() throws IOException {
    job.announce(1, PLAIN);
    job.store.put(StoreKeys.dispatched(JOB, 1), new byte[0]);
    job.result(A, 0.5);
    job.result(B, 0.75);
    job.store.put(StoreKeys.resultManifest(JOB, PLAIN.id()), new byte[0]);
    job.event(JobEvent.rendered(JOB, 1, PLAIN.id(), "plotter"));
    job.store.put(OTHERS, new byte[0]);
  }

  @Test
  void anOldJobGoesWithAllThatIsKeptOfIt() throws IOException {
    done();
    job.removeOldAfter(Duration.ofDays(29));
    assertThat(job.removed).isEmpty();
    assertThat(job.store.find(StoreKeys.report(JOB))).isPresent();

    job.removeOldAfter(Duration.ofDays(2));

    assertThat(job.removed).containsExactly(JOB);
    assertThat(job.store.list(StoreKeys.job(JOB))).isEmpty();
    assertThat(job.store.find(OTHERS)).isPresent();
    assertThat(job.records.withPrefix("")).isEmpty();
  }

  @Test
  void aJobThatWasRemovedRunsAnewWhenItIsAskedForAgain() throws IOException {
    done();
    job.removeOldAfter(Duration.ofDays(31));
    job.reports();
    job.announce(1, PLAIN);
    assertThat(job.state().status()).isEqualTo(Status.RUNNING);
    job.result(A, 0.5);
    job.result(B, 0.75);

    assertThat(job.reports()).hasSize(1);
    assertThat(job.report().results()).hasSize(2);
  }

  @Test
  void aJobThatIsAskedForMeanwhileStays() throws IOException {
    done();
    job.store.put(StoreKeys.requested(JOB), new byte[0]);
    job.removeOldAfter(Duration.ofDays(31));

    assertThat(job.removed).isEmpty();
    assertThat(job.store.find(StoreKeys.report(JOB))).isPresent();
    assertThat(job.store.find(StoreKeys.dispatched(JOB, 1))).isPresent();
  }

  @Test
  void aRejectedRequestIsForgottenToo() {
    job.event(JobEvent.rejected("a b", "fetcher", new Failure(Failure.Cause.BAD_INPUT, "no")));
    job.removeOldAfter(Duration.ofDays(31));

    assertThat(job.removed).containsExactly("request-a b");
    assertThat(job.records.withPrefix("")).isEmpty();
  }
}
