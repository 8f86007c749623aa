package dev.halcyon.services.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.Analysis;
import dev.halcyon.contracts.Digest;
import dev.halcyon.contracts.Failure;
import dev.halcyon.contracts.JobEvent;
import dev.halcyon.contracts.JobPlan;
import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.JobState.Status;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.Plan;
import dev.halcyon.contracts.Plan.PlannedTensor;
import dev.halcyon.contracts.Plan.ResolvedModel;
import dev.halcyon.contracts.Rendering;
import dev.halcyon.contracts.Report;
import dev.halcyon.contracts.ReportReady;
import dev.halcyon.contracts.SimilarityResult;
import dev.halcyon.contracts.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.SimilarityResult.Quantiles;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.TensorResult;
import dev.halcyon.contracts.Topic;
import dev.halcyon.objectstore.MemoryObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AggregatorTopologyTest {
  private static final String JOB = "job1";
  private static final String A = "model.layers.0.mlp.up_proj.weight";
  private static final String B = "model.embed_tokens.weight";
  private static final Rendering PLAIN = new Rendering(List.of("base", "ft1"), Optional.empty());

  private final MemoryObjectStore store = new MemoryObjectStore();
  private TopologyUnderTest topology;
  private TestInputTopic<String, byte[]> plans;
  private TestInputTopic<String, byte[]> results;
  private TestInputTopic<String, byte[]> events;
  private TestOutputTopic<String, byte[]> reports;
  private TestOutputTopic<String, byte[]> states;

  @BeforeEach
  void start() {
    topology = new TopologyUnderTest(store);
    plans = topology.input(Topic.JOB_PLANS);
    results = topology.input(Topic.TENSOR_RESULTS);
    events = topology.input(Topic.JOB_EVENTS);
    reports = topology.output(Topic.REPORTS);
    states = topology.output(Topic.JOB_STATES);
  }

  @AfterEach
  void stop() {
    topology.close();
  }

  private void announce(int attempt, Rendering rendering) throws IOException {
    Plan plan =
        new Plan(
            1,
            JOB,
            List.of(Analysis.SIMILARITY),
            List.of(),
            List.of(
                new ResolvedModel("base", "/base", "f0", 2, 20),
                new ResolvedModel("ft1", "/ft1", "f1", 2, 20)),
            List.of(
                new PlannedTensor(A, List.of(2L, 2L), List.of(), Optional.empty()),
                new PlannedTensor(B, List.of(2L, 2L), List.of(), Optional.empty())),
            List.of(),
            List.of());
    byte[] bytes = Json.bytes(plan);
    store.put(StoreKeys.plan(JOB, attempt), bytes);
    JobPlan announcement =
        new JobPlan(
            JOB,
            attempt,
            "r",
            StoreKeys.plan(JOB, attempt),
            Digest.sha256(bytes),
            2,
            40,
            List.of(),
            rendering);
    plans.pipeInput(JOB, Json.bytes(announcement));
  }

  private void result(String tensor, double cosine) {
    PairSimilarity pair =
        new PairSimilarity(
            "base_vs_ft1", 2, cosine, 1 - cosine, new Quantiles(1, 1, 1, 1, 1, 1, 1, 1), 0);
    SimilarityResult similarity =
        new SimilarityResult(List.of(pair), List.of(), List.of(), List.of());
    results.pipeInput(JOB, Json.bytes(new TensorResult(JOB, tensor, 20, similarity)));
  }

  private JobState lastState() {
    topology.waitForCounts();
    return Json.read(states.readValuesToList().getLast(), JobState.class);
  }

  private Report report() throws IOException {
    return Json.read(store.get(StoreKeys.report(JOB)), Report.class);
  }

  @Test
  void theReportIsPutWhenTheLastResultIsThere() throws IOException {
    announce(1, PLAIN);
    result(A, 0.5);
    assertThat(reports.isEmpty()).isTrue();
    assertThat(lastState().stages().getFirst().done()).isEqualTo(1);

    result(B, 0.75);

    ReportReady ready = Json.read(reports.readValue(), ReportReady.class);
    assertThat(ready.reportDigest()).isEqualTo(Digest.sha256(store.get(ready.reportKey())));
    assertThat(lastState().status()).isEqualTo(Status.REPORTED);
    assertThat(report().summary().getFirst().cosine().mean()).isEqualTo(0.625);
    assertThat(report().summary().getFirst().cosine().std()).isEqualTo(0.125);
  }

  @Test
  void countsAreToldAFewTimesASecond() throws IOException {
    announce(1, PLAIN);
    states.readValuesToList();
    result(A, 0.5);
    assertThat(states.isEmpty()).isTrue();

    topology.waitForCounts();
    topology.waitForCounts();

    assertThat(states.readValuesToList()).hasSize(1);
  }

  @Test
  void rowsComeInTheModelsOrderWhateverOrderResultsCameIn() throws IOException {
    announce(1, PLAIN);
    result(A, 0.5);
    result(B, 0.75);

    assertThat(report().results()).extracting(Report.TensorRow::tensorKey).containsExactly(B, A);
    assertThat(report().layers())
        .extracting(Report.RollUp::name)
        .containsExactly("embeddings", "layer_0");
  }

  @Test
  void aResultThatComesTwiceCountsOnce() throws IOException {
    result(A, 0.5);
    result(A, 0.5);
    announce(1, PLAIN);

    assertThat(reports.isEmpty()).isTrue();
    assertThat(lastState().stages().getFirst().done()).isEqualTo(1);
  }

  @Test
  void resultsMayComeBeforeThePlan() throws IOException {
    result(A, 0.5);
    result(B, 0.75);
    announce(1, PLAIN);

    assertThat(reports.getQueueSize()).isEqualTo(1);
  }

  @Test
  void aSecondRequestGetsItsOwnRenderingOfTheSameReport() throws IOException {
    announce(1, PLAIN);
    result(A, 0.5);
    result(B, 0.75);
    byte[] first = store.get(StoreKeys.report(JOB));
    Rendering labelled = new Rendering(List.of("one", "two"), Optional.empty());
    announce(1, labelled);

    List<byte[]> announced = reports.readValuesToList();
    assertThat(announced).hasSize(2);
    assertThat(Json.read(announced.getLast(), ReportReady.class).rendering()).isEqualTo(labelled);
    assertThat(store.get(StoreKeys.report(JOB))).isEqualTo(first);
  }

  @Test
  void aResultAfterTheReportChangesNothing() throws IOException {
    announce(1, PLAIN);
    result(A, 0.5);
    result(B, 0.75);
    byte[] first = store.get(StoreKeys.report(JOB));
    states.readValuesToList();
    result(A, 0.1);

    assertThat(states.isEmpty()).isTrue();
    assertThat(store.get(StoreKeys.report(JOB))).isEqualTo(first);
  }

  @Test
  void aFailureIsKeptAndTheNextAttemptClearsIt() throws IOException {
    announce(1, PLAIN);
    Failure failure = new Failure(Failure.Cause.BAD_INPUT, "model.safetensors is gone");
    events.pipeInput(JOB, Json.bytes(JobEvent.failed(JOB, 1, "similarity-worker", failure)));

    JobState failed = lastState();
    assertThat(failed.status()).isEqualTo(Status.FAILED);
    assertThat(failed.failure()).contains(failure);
    assertThat(store.find(StoreKeys.failed(JOB, 1))).isPresent();

    announce(2, PLAIN);
    assertThat(lastState().status()).isEqualTo(Status.RUNNING);
    result(A, 0.5);
    result(B, 0.5);
    assertThat(reports.getQueueSize()).isEqualTo(1);
  }

  @Test
  void aFailureOfAnEarlierAttemptIsNoNews() throws IOException {
    announce(2, PLAIN);
    Failure late = new Failure(Failure.Cause.BAD_INPUT, "old");
    events.pipeInput(JOB, Json.bytes(JobEvent.failed(JOB, 1, "similarity-worker", late)));

    assertThat(lastState().status()).isEqualTo(Status.RUNNING);
  }

  @Test
  void drawnResultsMakeTheJobDone() throws IOException {
    announce(1, PLAIN);
    result(A, 0.5);
    result(B, 0.75);
    events.pipeInput(JOB, Json.bytes(JobEvent.rendered(JOB, 1, PLAIN.id(), "plotter")));

    assertThat(lastState().status()).isEqualTo(Status.DONE);
  }

  @Test
  void aPlanThatIsNotTheAnnouncedOneFailsTheJob() throws IOException {
    announce(1, PLAIN);
    store.put(StoreKeys.plan(JOB, 1), new byte[] {1});
    result(A, 0.5);
    result(B, 0.75);

    assertThat(reports.isEmpty()).isTrue();
    assertThat(lastState().failure().orElseThrow().message())
        .contains("plan.json")
        .contains("changed");
  }

  @Test
  void whatCannotBeReadGoesToTheDeadLetters() {
    TestOutputTopic<String, byte[]> dead = topology.output(Topic.TENSOR_RESULTS.deadLetterName());
    results.pipeInput(JOB, new byte[] {'{'});

    assertThat(dead.readValue()).isEqualTo(new byte[] {'{'});
  }

  @Test
  void aRejectedRequestIsSeenAsAFailedJob() {
    Failure failure = new Failure(Failure.Cause.BAD_INPUT, "no such folder: /x");
    JobEvent rejected = JobEvent.rejected("r7", "fetcher", failure);
    events.pipeInput(rejected.jobId(), Json.bytes(rejected));

    JobState state = lastState();
    assertThat(state.jobId()).isEqualTo("request-r7");
    assertThat(state.status()).isEqualTo(Status.FAILED);
  }

  /// A key under which others lie cannot be put, so the store refuses it as a full disk would.
  @Test
  void aStoreThatTakesNeitherReportNorMarkFailsTheJobUntilTheNextRequest() throws IOException {
    List<String> refused = List.of(StoreKeys.report(JOB) + "/x", StoreKeys.failed(JOB, 1) + "/x");
    for (String key : refused) {
      store.put(key, new byte[0]);
    }
    announce(1, PLAIN);
    result(A, 0.5);
    result(B, 0.75);
    JobState failed = lastState();
    assertThat(failed.status()).isEqualTo(Status.FAILED);
    assertThat(failed.failure().orElseThrow().cause()).isEqualTo(Failure.Cause.ENVIRONMENT);
    assertThat(failed.failure().orElseThrow().message()).contains(StoreKeys.report(JOB));

    for (String key : refused) {
      store.delete(key);
    }
    announce(1, PLAIN);

    assertThat(lastState().status()).isEqualTo(Status.REPORTED);
    assertThat(report().results()).hasSize(2);
  }

  @Test
  void aFailureThatCouldNotBeMarkedIsMarkedByTheNextRequest() throws IOException {
    store.put(StoreKeys.failed(JOB, 1) + "/x", new byte[0]);
    announce(1, PLAIN);
    Failure failure = new Failure(Failure.Cause.ENVIRONMENT, "no memory");
    events.pipeInput(JOB, Json.bytes(JobEvent.failed(JOB, 1, "similarity-worker", failure)));
    assertThat(lastState().status()).isEqualTo(Status.FAILED);

    store.delete(StoreKeys.failed(JOB, 1) + "/x");
    announce(1, PLAIN);

    assertThat(Json.read(store.get(StoreKeys.failed(JOB, 1)), Failure.class)).isEqualTo(failure);
    assertThat(lastState().status()).isEqualTo(Status.FAILED);
  }
}
