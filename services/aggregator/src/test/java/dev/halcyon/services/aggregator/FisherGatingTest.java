package dev.halcyon.services.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.Analysis;
import dev.halcyon.contracts.Digest;
import dev.halcyon.contracts.Failure;
import dev.halcyon.contracts.FisherResult;
import dev.halcyon.contracts.FisherSettings;
import dev.halcyon.contracts.FisherTask;
import dev.halcyon.contracts.FisherTask.Range;
import dev.halcyon.contracts.FisherTask.TextsReference;
import dev.halcyon.contracts.JobEvent;
import dev.halcyon.contracts.JobPlan;
import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.JobState.Measure;
import dev.halcyon.contracts.JobState.StageProgress;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.ModelArrival;
import dev.halcyon.contracts.Plan;
import dev.halcyon.contracts.Plan.ResolvedModel;
import dev.halcyon.contracts.Rendering;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.StoredObject;
import dev.halcyon.contracts.Topic;
import dev.halcyon.objectstore.MemoryObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A model's Fisher tasks start when all of it is where workers read it.
class FisherGatingTest {
  private static final String JOB = "job1";
  private static final int RANGES = 2;
  private static final StoredObject OBJECT = new StoredObject("k", 1, "d");

  private final MemoryObjectStore store = new MemoryObjectStore();
  private TopologyUnderTest topology;
  private TestInputTopic<String, byte[]> plans;
  private TestInputTopic<String, byte[]> results;
  private TestInputTopic<String, byte[]> events;
  private TestOutputTopic<String, byte[]> tasks;
  private TestOutputTopic<String, byte[]> states;

  @BeforeEach
  void start() {
    topology = new TopologyUnderTest(store);
    plans = topology.input(Topic.JOB_PLANS);
    results = topology.input(Topic.FISHER_RESULTS);
    events = topology.input(Topic.JOB_EVENTS);
    tasks = topology.output(Topic.FISHER_TASKS);
    states = topology.output(Topic.JOB_STATES);
  }

  @AfterEach
  void stop() {
    topology.close();
  }

  private static Range range(int attempt, String model, int range) {
    return new Range(
        JOB,
        attempt,
        model,
        "hf:org/" + model + "@c0",
        OBJECT,
        new TextsReference("built-in", "d", 0, OBJECT),
        range,
        RANGES,
        range,
        range + 1,
        FisherSettings.standard().estimator(),
        0,
        Optional.empty());
  }

  private void announce(int attempt) throws IOException {
    List<Range> ranges = new ArrayList<>();
    for (String model : List.of("base", "ft1")) {
      for (int i = 0; i < RANGES; i++) {
        ranges.add(range(attempt, model, i));
      }
    }
    Plan plan =
        new Plan(
            1,
            JOB,
            List.of(Analysis.FISHER),
            List.of(),
            List.of(
                new ResolvedModel("base", "hf:org/base@c0", "org/base@c0", 2, 20, List.of()),
                new ResolvedModel("ft1", "hf:org/ft1@c0", "org/ft1@c0", 2, 20, List.of())),
            List.of(),
            List.of(),
            ranges);
    byte[] bytes = Json.bytes(plan);
    store.put(StoreKeys.plan(JOB, attempt), bytes);
    JobPlan announcement =
        new JobPlan(
            JOB,
            attempt,
            "r",
            StoreKeys.plan(JOB, attempt),
            Digest.sha256(bytes),
            0,
            0,
            ranges,
            new Rendering(List.of("base", "ft1"), Optional.empty()));
    plans.pipeInput(JOB, Json.bytes(announcement));
  }

  private void arrive(int attempt, String model, long there, long objects) {
    ModelArrival arrival = new ModelArrival(model, there, objects, 10 * there, 10 * objects);
    events.pipeInput(JOB, Json.bytes(JobEvent.arrived(JOB, attempt, arrival, "fetcher")));
  }

  private void fail(int attempt) {
    Failure failure = new Failure(Failure.Cause.ENVIRONMENT, "disk");
    events.pipeInput(JOB, Json.bytes(JobEvent.failed(JOB, attempt, "fetcher", failure)));
  }

  private void done(String model, String task) {
    FisherResult result = new FisherResult(JOB, 1, model, task, false, OBJECT);
    results.pipeInput(JOB, Json.bytes(result));
  }

  private List<String> started() {
    return tasks.readValuesToList().stream()
        .map(value -> Json.read(value, FisherTask.class))
        .map(task -> task.attempt() + " " + task.model() + " " + task.name())
        .toList();
  }

  private JobState lastState() {
    topology.waitForCounts();
    return Json.read(states.readValuesToList().getLast(), JobState.class);
  }

  @Test
  void aModelsTasksWaitForTheWholeModelAndForNoOther() throws IOException {
    announce(1);
    arrive(1, "base", 3, 4);
    arrive(1, "ft1", 0, 4);
    assertThat(started()).isEmpty();

    arrive(1, "base", 4, 4);
    assertThat(started()).containsExactly("1 base range-0", "1 base range-1");
  }

  @Test
  void aModelMayArriveBeforeThePlan() throws IOException {
    arrive(1, "base", 4, 4);
    arrive(1, "ft1", 0, 0);
    announce(1);

    assertThat(started())
        .containsExactly("1 base range-0", "1 base range-1", "1 ft1 range-0", "1 ft1 range-1");
  }

  @Test
  void whatIsToldTwiceStartsTasksOnce() throws IOException {
    announce(1);
    arrive(1, "base", 4, 4);
    started();
    arrive(1, "base", 4, 4);
    arrive(1, "base", 2, 4);
    announce(1);

    assertThat(started()).isEmpty();
  }

  @Test
  void theNextAttemptWaitsForTheModelAnewAndKeepsWhatIsDone() throws IOException {
    announce(1);
    arrive(1, "base", 4, 4);
    done("base", "range-1");
    fail(1);
    started();
    announce(2);
    assertThat(started()).isEmpty();

    arrive(2, "base", 4, 4);
    assertThat(started()).containsExactly("2 base range-0");
  }

  @Test
  void aFailedAttemptStartsNothing() throws IOException {
    announce(1);
    fail(1);
    arrive(1, "base", 4, 4);

    assertThat(started()).isEmpty();
    assertThat(lastState().status()).isEqualTo(JobState.Status.FAILED);
  }

  @Test
  void howMuchOfAModelIsThereIsAStage() throws IOException {
    announce(1);
    arrive(1, "base", 3, 4);
    arrive(1, "base", 2, 4);
    arrive(1, "ft1", 0, 0);

    assertThat(lastState().stages())
        .containsExactly(new StageProgress("fetch base", Measure.OBJECTS, 3, 4, 30, 40, ""));
  }
}
