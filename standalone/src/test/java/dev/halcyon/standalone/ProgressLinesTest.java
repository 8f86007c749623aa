package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.Measure;
import dev.halcyon.contracts.job.JobState.StageProgress;
import dev.halcyon.contracts.job.JobState.Status;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The plain lines of progress, with a clock that the test turns.
class ProgressLinesTest {
  private final StringWriter err = new StringWriter();
  private long nanos;
  private final ProgressDisplay display =
      new ProgressDisplay.Lines(
          new Console(new PrintWriter(new StringWriter()), new PrintWriter(err), false, false),
          () -> nanos);

  @Test
  void aLineHasCountsAmountsRateAndTimeLeft() {
    at(2.0, tensors(10, 500_000_000));

    assertThat(err)
        .hasToString(
            "similarity: 10 of 40 tensors, 500.0 MB of 2.0 GB, 250.0 MB/s, 6 s left%n".formatted());
  }

  @Test
  void noTimeIsPromisedBeforeAnythingIsDone() {
    at(0.5, tensors(0, 0));

    assertThat(err).hasToString("similarity: 0 of 40 tensors, 0 B of 2.0 GB%n".formatted());
  }

  @Test
  void linesComeAtMostEveryTwoSeconds() {
    at(1.0, tensors(1, 10));
    at(2.9, tensors(2, 20));
    at(3.0, tensors(3, 30));

    assertThat(err.toString().lines()).hasSize(2).last().asString().contains("3 of 40 tensors");
  }

  @Test
  void theEndIsSaidAtOnceAndOnce() {
    at(1.0, tensors(1, 10));
    at(1.1, tensors(40, 2_000_000_000));
    at(9.0, tensors(40, 2_000_000_000));

    assertThat(err.toString().lines())
        .hasSize(2)
        .last()
        .asString()
        .contains("40 of 40", "0 s left");
  }

  @Test
  void aStageThatIsCompleteIsNotRepeatedBesideOneThatRuns() {
    StageProgress similarity =
        new StageProgress(
            "similarity", Measure.TENSORS, 40, 40, 2_000_000_000L, 2_000_000_000L, "");
    at(4.0, state(List.of(similarity)));
    at(8.0, beside(similarity, 100));
    at(12.0, beside(similarity, 500));

    assertThat(err.toString().lines())
        .extracting(line -> line.substring(0, line.indexOf(':')))
        .containsExactly("similarity", "fisher base", "fisher base");
  }

  private static JobState beside(StageProgress complete, long tokens) {
    return state(List.of(complete, passes(tokens).stages().getFirst()));
  }

  @Test
  void aModelsRateCountsFromItsFirstLayer() {
    at(10, passes(100));
    at(14, passes(500));

    assertThat(err.toString().lines())
        .last()
        .asString()
        .isEqualTo(
            "fisher base: 3 of 60 layer passes, 500 of 1000 tokens, sample 4, 100 tokens/s, 5 s"
                + " left");
  }

  @Test
  void nothingIsSaidBeforeThereIsAStage() {
    at(5, state(List.of()));

    assertThat(err.toString()).isEmpty();
  }

  private void at(double seconds, JobState state) {
    nanos = (long) (seconds * 1e9);
    display.update(state);
  }

  private static JobState tensors(long done, long bytes) {
    return state(
        List.of(
            new StageProgress("similarity", Measure.TENSORS, done, 40, bytes, 2_000_000_000L, "")));
  }

  private static JobState passes(long tokens) {
    return state(
        List.of(new StageProgress("fisher base", Measure.LAYERS, 3, 60, tokens, 1000, "sample 4")));
  }

  private static JobState state(List<StageProgress> stages) {
    return new JobState(
        "job",
        Status.RUNNING,
        1,
        stages,
        List.of(),
        List.of(),
        Instant.EPOCH,
        Instant.EPOCH,
        Optional.empty());
  }
}
