package dev.halcyon.services.aggregator;

import static dev.halcyon.services.aggregator.HandledJob.JOB;
import static dev.halcyon.services.aggregator.HandledJob.OBJECT;
import static dev.halcyon.services.aggregator.HandledJob.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask.Alone;
import dev.halcyon.contracts.job.FisherTask.Divergence;
import dev.halcyon.contracts.job.FisherTask.NamedModel;
import dev.halcyon.contracts.job.FisherTask.TextsReference;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobState.Measure;
import dev.halcyon.contracts.job.JobState.StageProgress;
import dev.halcyon.contracts.job.JobState.Status;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.DivergenceSettings;
import dev.halcyon.contracts.results.DivergenceOutcome;
import dev.halcyon.contracts.results.DivergenceOutcome.Sample;
import dev.halcyon.contracts.results.DivergenceOutcome.Tensor;
import dev.halcyon.contracts.results.DivergenceOutcome.Trial;
import dev.halcyon.contracts.results.DivergenceOutcome.Vocabulary;
import dev.halcyon.contracts.results.DivergenceOutcomes;
import dev.halcyon.contracts.results.DivergenceOutcomes.LayersAlone;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.FisherCheckpoint;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A divergence's tasks start when all models are where workers read them; those of layers alone
/// when all ranges are done.
class JobHandlerDivergenceTest {
  private static final String TENSOR = "model.layers.0.mlp.up_proj.weight";

  private final HandledJob job = new HandledJob();

  private static Divergence range(int attempt, int range, int ranges, int alone) {
    return new Divergence(
        JOB,
        attempt,
        List.of(
            new NamedModel("base", "hf:org/base@c0", OBJECT),
            new NamedModel("ft1", "hf:org/ft1@c0", OBJECT)),
        new TextsReference("built-in", "d", 0, OBJECT),
        range,
        ranges,
        range,
        range + 1,
        DivergenceSettings.standard().estimator(),
        false,
        alone,
        List.of());
  }

  private void announce(int attempt, int ranges, int alone) throws IOException {
    List<Divergence> tasks = new ArrayList<>();
    for (int i = 0; i < ranges; i++) {
      tasks.add(range(attempt, i, ranges, alone));
    }
    job.announce(HandledJob.plan(List.of(), List.of()).with(List.of(), tasks), attempt, PLAIN);
  }

  private void arrive(int attempt) {
    job.arrive(attempt, "base", 0, 0);
    job.arrive(attempt, "ft1", 4, 4);
  }

  private List<String> started() {
    return job.tasks().stream()
        .map(task -> task.attempt() + " " + task.model() + " " + task.name())
        .toList();
  }

  private StoredObject put(Record outcome) throws IOException {
    byte[] content = Json.bytes(outcome);
    String sha256 = Digest.sha256(content);
    job.store.put(sha256, content);
    return new StoredObject(sha256, content.length, sha256);
  }

  private static DivergenceOutcomes outcomes(String sample, double kl, double attributed) {
    return new DivergenceOutcomes(
        FisherCheckpoint.whole(),
        Optional.empty(),
        List.of(
            new DivergenceOutcome(
                "ft1",
                FisherCheckpoint.whole(),
                new Vocabulary(9, 9, 9),
                List.of(new Sample(sample, 10, kl, kl, 3, 0.5, 1)),
                0,
                List.of(),
                List.of(new Trial(2, List.of(attributed), List.of())),
                List.of(
                    new Tensor(
                        TENSOR, Shape.of(2, 2), 4, 1, List.of(attributed), List.of(), Double.NaN)),
                List.of())));
  }

  private static LayersAlone alone(double only) {
    return new LayersAlone(
        List.of(List.of(new DivergenceOutcome.Alone("layer_0", List.of(only), List.of(0.0)))));
  }

  private void done(String work, String task, Record outcome) throws IOException {
    job.estimated(work, task, false, put(outcome));
  }

  @Test
  void rangesWaitForAllModels() throws IOException {
    announce(1, 2, 0);
    job.arrive(1, "base", 0, 0);
    job.arrive(1, "ft1", 3, 4);
    assertThat(started()).isEmpty();

    job.arrive(1, "ft1", 4, 4);
    assertThat(started()).containsExactly("1 divergence range-0", "1 divergence range-1");
    arrive(1);
    assertThat(started()).isEmpty();
  }

  @Test
  void theReportIsPutWhenAllRangesAreDone() throws IOException {
    announce(1, 2, 0);
    arrive(1);
    done(Divergence.WORK, "range-1", outcomes("second", 3, 2.5));
    done(Divergence.WORK, "range-1", outcomes("again", 7, 7));
    assertThat(job.reports()).isEmpty();
    done(Divergence.WORK, "range-0", outcomes("first", 1, 1.5));

    assertThat(job.reports()).hasSize(1);
    DivergenceReport.FineTune fineTune =
        job.report().divergence().orElseThrow().fineTunes().getFirst();
    assertThat(fineTune.samples())
        .extracting(DivergenceReport.Sample::sample)
        .containsExactly("first", "second");
    assertThat(fineTune.model().name()).isEqualTo("org/ft1");
    assertThat(fineTune.measured().kl().value()).isCloseTo(2, within(1e-15));
    assertThat(fineTune.attributed().attribution().value()).isCloseTo(2, within(1e-15));
  }

  @Test
  void layersAloneComeAfterAllRanges() throws IOException {
    announce(1, 2, 1);
    arrive(1);
    started();
    done(Divergence.WORK, "range-0", outcomes("first", 1, 1.5));
    assertThat(started()).isEmpty();
    done(Divergence.WORK, "range-1", outcomes("second", 3, 2.5));
    Alone alone = (Alone) job.tasks().getFirst();

    assertThat(alone.outcomes()).hasSize(2);
    assertThat(job.reports()).isEmpty();
    done(Alone.WORK, "range-0", alone(1));
    done(Alone.WORK, "range-1", alone(2));
    DivergenceReport.Alone layer =
        job.report().divergence().orElseThrow().fineTunes().getFirst().alone().getFirst();
    assertThat(layer.only().value()).isCloseTo(1.5, within(1e-15));
  }

  @Test
  void theNextAttemptKeepsWhatIsDone() throws IOException {
    announce(1, 2, 1);
    arrive(1);
    done(Divergence.WORK, "range-0", outcomes("first", 1, 1.5));
    job.fail(1, new Failure(Failure.Cause.ENVIRONMENT, "disk"));
    done(Divergence.WORK, "range-1", outcomes("second", 3, 2.5));
    started();

    announce(2, 2, 1);
    assertThat(started()).isEmpty();
    arrive(2);
    assertThat(started())
        .containsExactly("2 divergence-alone range-0", "2 divergence-alone range-1");
  }

  @Test
  void nothingToMeasureIsBadInput() throws IOException {
    announce(1, 1, 0);
    arrive(1);
    DivergenceOutcome some = outcomes("s", 1, 1).fineTunes().getFirst();
    DivergenceOutcome none =
        new DivergenceOutcome(
            "ft1",
            some.checkpoint(),
            some.vocabulary(),
            List.of(),
            3,
            List.of(),
            List.of(),
            List.of(),
            List.of());
    done(
        Divergence.WORK,
        "range-0",
        new DivergenceOutcomes(FisherCheckpoint.whole(), Optional.empty(), List.of(none)));

    assertThat(job.state().status()).isEqualTo(Status.FAILED);
    assertThat(job.state().failure().orElseThrow())
        .returns(Failure.Cause.BAD_INPUT, Failure::cause)
        .returns(true, failure -> failure.message().contains("3 are too short"));
  }

  @Test
  void progressIsThatOfAllRanges() throws IOException {
    announce(1, 2, 0);
    arrive(1);
    job.event(
        JobEvent.progressed(
            JOB,
            1,
            new FisherProgress(Divergence.WORK, "range-0", 10, 40, 3, 25, 100),
            "fisher-worker"));

    assertThat(job.state().stages())
        .contains(
            new StageProgress("fetch ft1", Measure.OBJECTS, 4, 4, 40, 40, ""),
            new StageProgress("divergence", Measure.LAYERS, 10, 80, 25, 200, "6 samples"));
  }
}
