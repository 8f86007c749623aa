package dev.halcyon.services.aggregator;

import static dev.halcyon.services.aggregator.HandledJob.A;
import static dev.halcyon.services.aggregator.HandledJob.B;
import static dev.halcyon.services.aggregator.HandledJob.JOB;
import static dev.halcyon.services.aggregator.HandledJob.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.FailedRendering;
import dev.halcyon.contracts.job.JobState.Status;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.Rendering;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.ReportReady;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JobHandlerTest {
  private final HandledJob job = new HandledJob();

  @Test
  void theReportIsPutWhenTheLastResultIsThere() throws IOException {
    job.announce(1, PLAIN);
    job.result(A, 0.5);
    assertThat(job.reports()).isEmpty();
    assertThat(job.state().stages().getFirst().done()).isEqualTo(1);

    job.result(B, 0.75);

    ReportReady ready = job.reports().getFirst();
    assertThat(ready.reportDigest()).isEqualTo(Digest.sha256(job.store.get(ready.reportKey())));
    assertThat(job.state().status()).isEqualTo(Status.REPORTED);
    assertThat(job.report().summary().getFirst().cosine().mean()).isEqualTo(0.625);
    assertThat(job.report().summary().getFirst().cosine().std()).isEqualTo(0.125);
  }

  @Test
  void rowsComeInTheModelsOrderWhateverOrderResultsCameIn() throws IOException {
    job.announce(1, PLAIN);
    job.result(A, 0.5);
    job.result(B, 0.75);

    assertThat(job.report().results())
        .extracting(Report.TensorRow::tensorKey)
        .containsExactly(B, A);
    assertThat(job.report().layers())
        .extracting(Report.RollUp::name)
        .containsExactly("embeddings", "layer_0");
  }

  @Test
  void aResultThatComesTwiceCountsOnce() throws IOException {
    job.result(A, 0.5);
    job.result(A, 0.5);
    job.announce(1, PLAIN);

    assertThat(job.reports()).isEmpty();
    assertThat(job.state().stages().getFirst().done()).isEqualTo(1);
  }

  @Test
  void resultsMayComeBeforeThePlan() throws IOException {
    job.result(A, 0.5);
    job.result(B, 0.75);
    job.announce(1, PLAIN);

    assertThat(job.reports()).hasSize(1);
  }

  @Test
  void aSecondRequestGetsItsOwnRenderingOfTheSameReport() throws IOException {
    job.announce(1, PLAIN);
    job.result(A, 0.5);
    job.result(B, 0.75);
    byte[] first = job.store.get(StoreKeys.report(JOB));
    job.reports();
    Rendering labelled = new Rendering(List.of("one", "two"), Optional.empty());
    job.announce(1, labelled);

    assertThat(job.reports()).extracting(ReportReady::rendering).containsExactly(labelled);
    assertThat(job.store.get(StoreKeys.report(JOB))).isEqualTo(first);
  }

  @Test
  void eachRequestWhileTheJobRunsGetsItsRendering() throws IOException {
    Rendering labelled = new Rendering(List.of("one", "two"), Optional.empty());
    job.announce(1, PLAIN);
    job.announce(1, labelled);
    job.result(A, 0.5);
    job.result(B, 0.75);

    assertThat(job.reports())
        .extracting(ReportReady::rendering)
        .containsExactlyInAnyOrder(PLAIN, labelled);
  }

  @Test
  void aResultAfterTheReportChangesNothing() throws IOException {
    job.announce(1, PLAIN);
    job.result(A, 0.5);
    job.result(B, 0.75);
    byte[] first = job.store.get(StoreKeys.report(JOB));
    job.states.clear();
    job.result(A, 0.1);

    assertThat(job.states).isEmpty();
    assertThat(job.store.get(StoreKeys.report(JOB))).isEqualTo(first);
  }

  @Test
  void aFailureIsKeptAndTheNextAttemptClearsIt() throws IOException {
    job.announce(1, PLAIN);
    Failure failure = new Failure(Failure.Cause.BAD_INPUT, "model.safetensors is gone");
    job.fail(1, failure);

    assertThat(job.state().status()).isEqualTo(Status.FAILED);
    assertThat(job.state().failure()).contains(failure);
    assertThat(job.store.find(StoreKeys.failed(JOB, 1))).isPresent();

    job.announce(2, PLAIN);
    assertThat(job.state().status()).isEqualTo(Status.RUNNING);
    job.result(A, 0.5);
    job.result(B, 0.5);
    assertThat(job.reports()).hasSize(1);
  }

  @Test
  void aFailureOfAnEarlierAttemptIsNoNews() throws IOException {
    job.announce(2, PLAIN);
    job.fail(1, new Failure(Failure.Cause.BAD_INPUT, "old"));

    assertThat(job.state().status()).isEqualTo(Status.RUNNING);
  }

  @Test
  void drawnResultsMakeTheJobDone() throws IOException {
    job.announce(1, PLAIN);
    job.result(A, 0.5);
    job.result(B, 0.75);
    job.event(JobEvent.rendered(JOB, 1, PLAIN.id(), "plotter"));

    assertThat(job.state().status()).isEqualTo(Status.DONE);
    assertThat(job.state().renderings()).containsExactly(PLAIN.id());
  }

  @Test
  void aFailureAfterTheReportLeavesTheJobAsItIs() throws IOException {
    job.announce(1, PLAIN);
    job.result(A, 0.5);
    job.result(B, 0.75);
    job.fail(
        1, new Failure(Failure.Cause.BAD_INPUT, "the same tensor again, and its file is gone"));

    assertThat(job.state().status()).isEqualTo(Status.REPORTED);
    assertThat(job.store.find(StoreKeys.failed(JOB, 1))).isEmpty();
  }

  @Test
  void aRenderingThatFailsIsMarkedAndTheJobStaysDone() throws IOException {
    Rendering labelled = new Rendering(List.of("one", "two"), Optional.empty());
    Failure failure = new Failure(Failure.Cause.ENVIRONMENT, "no fonts");
    job.announce(1, PLAIN);
    job.result(A, 0.5);
    job.result(B, 0.75);
    job.event(JobEvent.rendered(JOB, 1, PLAIN.id(), "plotter"));
    job.announce(1, labelled);
    job.event(JobEvent.notRendered(JOB, 1, labelled.id(), "plotter", failure));

    assertThat(job.state().status()).isEqualTo(Status.DONE);
    assertThat(job.state().renderings()).containsExactly(PLAIN.id());
    assertThat(job.state().failedRenderings())
        .containsExactly(new FailedRendering(labelled.id(), failure));
    assertThat(job.store.find(StoreKeys.failed(JOB, 1))).isEmpty();

    job.announce(1, labelled);
    assertThat(job.state().failedRenderings()).isEmpty();
    assertThat(job.reports()).extracting(ReportReady::rendering).endsWith(labelled);
  }

  @Test
  void aJobWhoseOnlyRenderingFailsKeepsItsReport() throws IOException {
    Failure failure = new Failure(Failure.Cause.ENVIRONMENT, "no fonts");
    job.announce(1, PLAIN);
    job.result(A, 0.5);
    job.result(B, 0.75);
    job.event(JobEvent.notRendered(JOB, 1, PLAIN.id(), "plotter", failure));

    assertThat(job.state().status()).isEqualTo(Status.REPORTED);
    assertThat(job.state().failure()).isEmpty();
    assertThat(job.state().failedRenderings())
        .containsExactly(new FailedRendering(PLAIN.id(), failure));
  }

  @Test
  void aPlanThatIsNotTheAnnouncedOneFailsTheJob() throws IOException {
    job.announce(1, PLAIN);
    job.store.put(StoreKeys.plan(JOB, 1), new byte[] {1});
    job.result(A, 0.5);
    job.result(B, 0.75);

    assertThat(job.reports()).isEmpty();
    assertThat(job.state().failure().orElseThrow().message())
        .contains("plan.json")
        .contains("changed");
  }

  @Test
  void aRejectedRequestIsSeenAsAFailedJob() {
    Failure failure = new Failure(Failure.Cause.BAD_INPUT, "no such folder: /x");
    job.event(JobEvent.rejected("r7", "fetcher", failure));

    JobState state = job.state();
    assertThat(state.jobId()).isEqualTo("request-r7");
    assertThat(state.status()).isEqualTo(Status.FAILED);
  }

  /// A key under which others lie cannot be put, so the store refuses it as a full disk would.
  @Test
  void aStoreThatTakesNeitherReportNorMarkFailsTheJobUntilTheNextRequest() throws IOException {
    List<String> refused = List.of(StoreKeys.report(JOB) + "/x", StoreKeys.failed(JOB, 1) + "/x");
    for (String key : refused) {
      job.store.put(key, new byte[0]);
    }
    job.announce(1, PLAIN);
    job.result(A, 0.5);
    job.result(B, 0.75);
    JobState failed = job.state();
    assertThat(failed.status()).isEqualTo(Status.FAILED);
    assertThat(failed.failure().orElseThrow().cause()).isEqualTo(Failure.Cause.ENVIRONMENT);
    assertThat(failed.failure().orElseThrow().message()).contains(StoreKeys.report(JOB));

    for (String key : refused) {
      job.store.delete(key);
    }
    job.announce(1, PLAIN);

    assertThat(job.state().status()).isEqualTo(Status.REPORTED);
    assertThat(job.report().results()).hasSize(2);
  }

  @Test
  void aFailureThatCouldNotBeMarkedIsMarkedByTheNextRequest() throws IOException {
    job.store.put(StoreKeys.failed(JOB, 1) + "/x", new byte[0]);
    job.announce(1, PLAIN);
    Failure failure = new Failure(Failure.Cause.ENVIRONMENT, "no memory");
    job.fail(1, failure);
    assertThat(job.state().status()).isEqualTo(Status.FAILED);

    job.store.delete(StoreKeys.failed(JOB, 1) + "/x");
    job.announce(1, PLAIN);

    assertThat(Json.read(job.store.get(StoreKeys.failed(JOB, 1)), Failure.class))
        .isEqualTo(failure);
    assertThat(job.state().status()).isEqualTo(Status.FAILED);
  }

  @Test
  void noRecordGrowsWithTheNumberOfTensors() throws IOException {
    List<PlannedTensor> tensors =
        IntStream.range(0, 2000)
            .mapToObj(i -> new PlannedTensor("t" + i, Shape.of(2, 2), List.of(), Optional.empty()))
            .toList();
    job.announce(HandledJob.plan(tensors, List.of()), 1, PLAIN);
    for (int i = 0; i < 1999; i++) {
      job.result("t" + i, 0.5);
    }

    assertThat(job.records.withPrefix("").values()).allMatch(record -> record.length < 1000);
  }

  @Test
  void theNextTensorsOfALargeJobAreAskedForWhenHalfOfThoseAtWorkAreDone() throws IOException {
    job.announce(10, 4, 1);
    job.result("t0", 0.5);
    assertThat(job.slices).isEmpty();

    job.result("t1", 0.5);
    assertThat(job.slices)
        .singleElement()
        .satisfies(slice -> {
          assertThat(slice.from()).isEqualTo(4);
          assertThat(slice.to()).isEqualTo(6);
          assertThat(slice.attempt()).isEqualTo(1);
        });
    for (int i = 2; i < 10; i++) {
      job.result("t" + i, 0.5);
    }
    assertThat(job.slices)
        .extracting(slice -> slice.from() + "-" + slice.to())
        .containsExactly("4-6", "6-8", "8-10");
    assertThat(job.states.getLast().status()).isEqualTo(Status.REPORTED);
  }

  @Test
  void aResultThatComesTwiceAsksForNothing() throws IOException {
    job.announce(10, 4, 1);
    job.result("t0", 0.5);
    job.result("t0", 0.5);

    assertThat(job.slices).isEmpty();
  }

  @Test
  void resultsThatCameBeforeThePlanCount() throws IOException {
    job.result("t0", 0.5);
    job.result("t1", 0.5);
    job.result("t2", 0.5);

    job.announce(10, 4, 1);

    assertThat(job.slices)
        .extracting(slice -> slice.from() + "-" + slice.to())
        .containsExactly("4-7");
  }

  @Test
  void anotherRequestForARunningJobAsksForNothing() throws IOException {
    job.announce(10, 4, 1);
    job.result("t0", 0.5);
    job.result("t1", 0.5);
    job.announce(10, 4, 1);

    assertThat(job.slices).hasSize(1);
  }

  @Test
  void aJobWhosePlanWasWrittenByAnOlderFetcherAsksForNothing() throws IOException {
    job.announce(1, PLAIN);
    job.result(A, 0.5);

    assertThat(job.slices).isEmpty();
  }
}
