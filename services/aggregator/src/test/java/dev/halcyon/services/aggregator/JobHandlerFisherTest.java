package dev.halcyon.services.aggregator;

import static dev.halcyon.services.aggregator.HandledJob.JOB;
import static dev.halcyon.services.aggregator.HandledJob.OBJECT;
import static dev.halcyon.services.aggregator.HandledJob.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.FisherTask.Merge;
import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.job.FisherTask.TextsReference;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.Measure;
import dev.halcyon.contracts.job.JobState.StageProgress;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.FisherSettings;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.store.StoredObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A model's Fisher tasks start when all of it is where workers read it.
class JobHandlerFisherTest {
  private static final int RANGES = 2;
  private static final int LARGEST_RECORD = 1_000_000;

  private final HandledJob job = new HandledJob();

  static Range range(int attempt, String model, int range, int ranges) {
    return new Range(
        JOB,
        attempt,
        model,
        "hf:org/" + model + "@c0",
        OBJECT,
        new TextsReference("built-in", "d", 0, OBJECT),
        range,
        ranges,
        range,
        range + 1,
        FisherSettings.standard().estimator(),
        0,
        Optional.empty(),
        List.of());
  }

  private void announce(int attempt) throws IOException {
    announce(attempt, List.of("base", "ft1"), RANGES);
  }

  private void announce(int attempt, List<String> models, int ranges) throws IOException {
    List<Range> tasks = new ArrayList<>();
    for (String model : models) {
      for (int i = 0; i < ranges; i++) {
        tasks.add(range(attempt, model, i, ranges));
      }
    }
    job.announce(HandledJob.plan(List.of(), tasks), attempt, PLAIN);
  }

  private void fail(int attempt) {
    job.fail(attempt, new Failure(Failure.Cause.ENVIRONMENT, "disk"));
  }

  private void done(String model, String task) {
    job.estimated(model, task, false, OBJECT);
  }

  private void progress(int attempt, String task, long layers, long tokens) {
    FisherProgress progress = new FisherProgress("base", task, layers, 10, 3, tokens, 100);
    job.event(JobEvent.progressed(JOB, attempt, progress, "fisher-worker"));
  }

  private List<String> started() {
    return job.tasks().stream()
        .map(task -> task.attempt() + " " + task.model() + " " + task.name())
        .toList();
  }

  @Test
  void aModelsTasksWaitForTheWholeModelAndForNoOther() throws IOException {
    announce(1);
    job.arrive(1, "base", 3, 4);
    job.arrive(1, "ft1", 0, 4);
    assertThat(started()).isEmpty();

    job.arrive(1, "base", 4, 4);
    assertThat(started()).containsExactly("1 base range-0", "1 base range-1");
  }

  @Test
  void aModelMayArriveBeforeThePlan() throws IOException {
    job.arrive(1, "base", 4, 4);
    job.arrive(1, "ft1", 0, 0);
    announce(1);

    assertThat(started())
        .containsExactly("1 base range-0", "1 base range-1", "1 ft1 range-0", "1 ft1 range-1");
  }

  @Test
  void whatIsToldTwiceStartsTasksOnce() throws IOException {
    announce(1);
    job.arrive(1, "base", 4, 4);
    started();
    job.arrive(1, "base", 4, 4);
    job.arrive(1, "base", 2, 4);
    announce(1);

    assertThat(started()).isEmpty();
  }

  @Test
  void theNextAttemptWaitsForTheModelAnewAndKeepsWhatIsDone() throws IOException {
    announce(1);
    job.arrive(1, "base", 4, 4);
    done("base", "range-1");
    fail(1);
    started();
    announce(2);
    assertThat(started()).isEmpty();

    job.arrive(2, "base", 4, 4);
    assertThat(started()).containsExactly("2 base range-0");
  }

  @Test
  void aFailedAttemptStartsNothing() throws IOException {
    announce(1);
    fail(1);
    job.arrive(1, "base", 4, 4);

    assertThat(started()).isEmpty();
    assertThat(job.state().status()).isEqualTo(JobState.Status.FAILED);
  }

  @Test
  void aCancelledJobStartsNothingMoreUntilItIsAskedForAgain() throws IOException {
    announce(1);
    job.fail(1, new Failure(Failure.Cause.CANCELLED, "cancelled by request r2"));
    job.arrive(1, "base", 4, 4);

    assertThat(started()).isEmpty();
    assertThat(job.state().status()).isEqualTo(JobState.Status.CANCELLED);

    announce(2);
    job.arrive(2, "base", 4, 4);
    assertThat(started()).containsExactly("2 base range-0", "2 base range-1");
  }

  @Test
  void aPlanThatCannotBeReadFailsTheJobAndStartsNothing() throws IOException {
    announce(1);
    job.store.put(StoreKeys.plan(JOB, 1), new byte[] {1});
    job.arrive(1, "base", 4, 4);

    assertThat(started()).isEmpty();
    assertThat(job.state().failure().orElseThrow().cause()).isEqualTo(Failure.Cause.ENVIRONMENT);
  }

  @Test
  void howMuchOfAModelIsThereIsAStage() throws IOException {
    announce(1);
    job.arrive(1, "base", 3, 4);
    job.arrive(1, "base", 2, 4);
    job.arrive(1, "ft1", 0, 0);

    assertThat(job.state().stages())
        .containsExactly(new StageProgress("fetch base", Measure.OBJECTS, 3, 4, 30, 40, ""));
  }

  @Test
  void rangesAreAddedUpInTheirOrderOnceAllOfThemAreThere() throws IOException {
    announce(1);
    job.arrive(1, "base", 0, 0);
    job.tasks();
    job.estimated("base", "range-1", false, new StoredObject("second", 1, "d"));
    assertThat(job.tasks()).isEmpty();
    job.estimated("base", "range-0", false, new StoredObject("first", 1, "d"));
    job.estimated("base", "range-0", false, new StoredObject("again", 1, "d"));

    assertThat(job.tasks())
        .singleElement()
        .isInstanceOfSatisfying(
            Merge.class,
            merge ->
                assertThat(merge.outcomes())
                    .extracting(StoredObject::key)
                    .containsExactly("first", "second"));
  }

  @Test
  void theNextAttemptAddsUpRangesOfTheOneBefore() throws IOException {
    announce(1);
    job.arrive(1, "base", 0, 0);
    done("base", "range-0");
    done("base", "range-1");
    fail(1);
    job.tasks();
    announce(2);
    job.arrive(2, "base", 0, 0);

    assertThat(started()).containsExactly("2 base merge");
  }

  @Test
  void aStageCountsRangesThatHaveNotBegunLikeThoseThatHave() throws IOException {
    announce(1);
    job.arrive(1, "base", 0, 0);
    progress(1, "range-0", 4, 40);
    progress(1, "range-0", 5, 50);

    assertThat(job.state().stages())
        .containsExactly(
            new StageProgress("fisher base", Measure.LAYERS, 5, 20, 50, 200, "6 samples"));

    progress(1, "range-1", 1, 10);
    progress(1, "merge", 7, 70);

    assertThat(job.state().stages())
        .containsExactly(
            new StageProgress("fisher base", Measure.LAYERS, 6, 20, 60, 200, "6 samples"));
  }

  @Test
  void theNextAttemptCountsProgressAnew() throws IOException {
    announce(1);
    job.arrive(1, "base", 0, 0);
    progress(1, "range-0", 8, 80);
    fail(1);
    announce(2);
    job.arrive(2, "base", 0, 0);
    progress(2, "range-0", 1, 10);
    progress(1, "range-1", 9, 90);

    assertThat(job.state().stages())
        .containsExactly(
            new StageProgress("fisher base", Measure.LAYERS, 1, 20, 10, 200, "6 samples"));
  }

  /// The largest job that a request can ask for.
  @Test
  void noRecordOfTheLargestJobOutgrowsTheBroker() throws IOException {
    List<String> models = ModelName.all(33);
    int ranges = FisherSettings.MAX_RANGES;
    for (String model : models) {
      job.arrive(1, model, 0, 0);
    }
    announce(1, models, ranges);
    var tasks = job.tasks();
    assertThat(tasks).hasSize(33 * ranges);
    assertThat(tasks).allMatch(task -> Json.bytes(task).length < 2_000);

    for (int i = 0; i < ranges; i++) {
      progress(1, Range.name(i), 10, 100);
      String key = StoreKeys.fisherOutcome(range(1, "ft32", i, ranges));
      job.estimated("ft32", Range.name(i), false, new StoredObject(key, 1 << 20, "0".repeat(64)));
    }

    assertThat(job.tasks())
        .singleElement()
        .satisfies(merge -> assertThat(Json.bytes(merge).length).isLessThan(LARGEST_RECORD / 2));
    assertThat(job.records.withPrefix("").values()).allMatch(record -> record.length < 4_000);
    assertThat(Json.bytes(job.state()).length).isLessThan(20_000);
  }

  private static HandledJob withTasks(int atOnce, int ranges) throws IOException {
    HandledJob job = new HandledJob(atOnce);
    List<Range> tasks = new ArrayList<>();
    for (int i = 0; i < ranges; i++) {
      tasks.add(range(1, "base", i, ranges));
    }
    job.announce(HandledJob.plan(List.of(), tasks), 1, PLAIN);
    job.arrive(1, "base", 1, 1);
    return job;
  }

  @Test
  void aTaskOfALargeJobWaitsUntilAnotherOneHasEnded() throws IOException {
    HandledJob large = withTasks(2, 5);
    assertThat(large.tasks()).extracting(FisherTask::name).containsExactly("range-0", "range-1");

    for (int i = 0; i < 5; i++) {
      large.estimated("base", Range.name(i), false, OBJECT);
      large.estimated("base", Range.name(i), false, OBJECT);
    }

    assertThat(large.tasks())
        .extracting(FisherTask::name)
        .containsExactly("range-2", "range-3", "range-4", Merge.NAME);
  }

  @Test
  void tasksOfAFailedAttemptWaitNoMore() throws IOException {
    HandledJob large = withTasks(2, 5);
    large.fail(1, new Failure(Failure.Cause.ENVIRONMENT, "disk"));
    assertThat(large.tasks()).hasSize(2);
    large.estimated("base", Range.name(0), false, OBJECT);

    assertThat(large.tasks()).isEmpty();
    assertThat(large.records.withPrefix("waiting/")).isEmpty();
  }
}
