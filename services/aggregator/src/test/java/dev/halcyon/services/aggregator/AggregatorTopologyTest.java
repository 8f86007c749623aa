package dev.halcyon.services.aggregator;

import static dev.halcyon.services.aggregator.HandledJob.A;
import static dev.halcyon.services.aggregator.HandledJob.B;
import static dev.halcyon.services.aggregator.HandledJob.JOB;
import static dev.halcyon.services.aggregator.HandledJob.PLAIN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.Status;
import dev.halcyon.contracts.job.ModelArrival;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.ReportReady;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.services.common.DeadLetter;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What Kafka carries; what it means is said by [JobHandlerTest] and [JobHandlerFisherTest].
class AggregatorTopologyTest {
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

  private void announce(List<PlannedTensor> tensors, List<FisherTask.Range> ranges)
      throws IOException {
    Plan plan = HandledJob.plan(tensors, ranges);
    plans.pipeInput(JOB, Json.bytes(HandledJob.announcement(store, plan, 1, PLAIN)));
  }

  private void announce() throws IOException {
    announce(
        List.of(
            new PlannedTensor(A, Shape.of(2, 2), List.of(), Optional.empty()),
            new PlannedTensor(B, Shape.of(2, 2), List.of(), Optional.empty())),
        List.of());
  }

  private void result(String tensor, double cosine) {
    results.pipeInput(JOB, Json.bytes(HandledJob.compared(tensor, cosine)));
  }

  private JobState lastState() {
    topology.waitForCounts();
    return Json.read(states.readValuesToList().getLast(), JobState.class);
  }

  @Test
  void recordsOfAllTopicsMakeAJobDone() throws IOException {
    announce();
    result(A, 0.5);
    assertThat(reports.isEmpty()).isTrue();
    assertThat(lastState().stages().getFirst().done()).isEqualTo(1);

    result(B, 0.75);

    var announced = reports.readKeyValue();
    ReportReady ready = Json.read(announced.value, ReportReady.class);
    assertThat(announced.key).isEqualTo(JOB);
    assertThat(ready.reportDigest()).isEqualTo(Digest.sha256(store.get(ready.reportKey())));
    assertThat(lastState().status()).isEqualTo(Status.REPORTED);

    events.pipeInput(JOB, Json.bytes(JobEvent.rendered(JOB, 1, PLAIN.id(), "plotter")));
    assertThat(lastState().status()).isEqualTo(Status.DONE);
  }

  @Test
  void countsAreToldAFewTimesASecond() throws IOException {
    announce();
    states.readValuesToList();
    result(A, 0.5);
    assertThat(states.isEmpty()).isTrue();

    topology.waitForCounts();
    topology.waitForCounts();

    assertThat(states.readValuesToList()).hasSize(1);
  }

  @Test
  void fetchersAreAskedForTheNextTensors() throws IOException {
    PlannedTensor first = new PlannedTensor(A, Shape.of(2, 2), List.of(), Optional.empty());
    PlannedTensor second = new PlannedTensor(B, Shape.of(2, 2), List.of(), Optional.empty());
    JobPlan plan =
        HandledJob.announcement(
            store, HandledJob.plan(List.of(first, second), List.of()), 1, PLAIN, 1L);
    plans.pipeInput(JOB, Json.bytes(plan));
    result(A, 0.5);

    var asked = topology.output(Topic.FETCH_TASKS).readKeyValue();
    assertThat(asked.key).isEqualTo(JOB);
    assertThat(Json.read(asked.value, FetchTask.class))
        .isEqualTo(new FetchTask.Slice(JOB, 1, plan.plan(), 1, 2));
  }

  @Test
  void fisherTasksAreKeyedByJobModelAndTask() throws IOException {
    announce(List.of(), List.of(JobHandlerFisherTest.range(1, "base", 0, 1)));
    JobEvent arrived = JobEvent.arrived(JOB, 1, new ModelArrival("base", 0, 0, 0, 0), "fetcher");
    events.pipeInput(JOB, Json.bytes(arrived));

    var task = topology.output(Topic.FISHER_TASKS).readKeyValue();
    assertThat(task.key).isEqualTo("job1/base/range-0");
    assertThat(Json.read(task.value, FisherTask.class))
        .isEqualTo(JobHandlerFisherTest.range(1, "base", 0, 1));
  }

  @Test
  void anOldJobsStateIsTakenBack() throws IOException {
    announce();
    result(A, 0.5);
    result(B, 0.75);
    states.readValuesToList();
    topology.pass(Duration.ofDays(31));

    var last = states.readKeyValuesToList().getLast();
    assertThat(last.key).isEqualTo(JOB);
    assertThat(last.value).isNull();
    assertThat(store.list(StoreKeys.job(JOB))).isEmpty();
  }

  static List<Arguments> unreadable() throws IOException {
    List<byte[]> values = new ArrayList<>();
    values.add(null);
    values.add(new byte[] {'{'});
    values.add("{}".getBytes(UTF_8));
    values.add(new byte[] {(byte) 0xff, (byte) 0xfe});
    values.add("[".repeat(10_000).getBytes(UTF_8));
    List<Arguments> all = new ArrayList<>();
    for (Topic topic :
        List.of(Topic.JOB_PLANS, Topic.TENSOR_RESULTS, Topic.FISHER_RESULTS, Topic.JOB_EVENTS)) {
      values.forEach(value -> all.add(Arguments.of(topic, value)));
    }
    Plan plan = HandledJob.plan(List.of(), List.of());
    JobPlan valid = HandledJob.announcement(new MemoryObjectStore(), plan, 1, PLAIN);
    String noKey = new String(Json.bytes(valid), UTF_8).replace("\"job1\"", "\"no key\"");
    all.add(Arguments.of(Topic.JOB_PLANS, noKey.getBytes(UTF_8)));
    return all;
  }

  @ParameterizedTest
  @MethodSource("unreadable")
  void whatCannotBeReadGoesToTheDeadLettersAndTheNextRecordIsTaken(Topic topic, byte[] value)
      throws IOException {
    TestOutputTopic<String, byte[]> dead = topology.output(topic.deadLetterName());
    topology.input(topic).pipeInput(JOB, value);

    assertThat(dead.readValue()).isEqualTo(value);
    announce();
    assertThat(lastState().status()).isEqualTo(Status.RUNNING);
  }

  @Test
  void aStateThatIsNoneHidesNoOther() {
    TestInputTopic<String, byte[]> strangers = topology.input(Topic.JOB_STATES);
    strangers.pipeInput("stranger", new byte[] {'{'});
    strangers.pipeInput(null, new byte[] {'{'});
    for (int i = 0; i < 3; i++) {
      JobState state =
          new JobState(
              "j" + i,
              Status.DONE,
              1,
              List.of(),
              List.of(),
              List.of(),
              Instant.ofEpochSecond(i / 2),
              Instant.EPOCH,
              Optional.empty());
      strangers.pipeInput(state.jobId(), Json.bytes(state));
    }
    JobStates all = new JobStates(topology::allJobs);

    assertThat(all.newest(0, 2)).extracting(JobState::jobId).containsExactly("j2", "j0");
    assertThat(all.newest(2, 2)).extracting(JobState::jobId).containsExactly("j1");
    assertThat(all.find("stranger")).isEmpty();
    assertThat(all.find("j1")).isPresent();
  }

  @Test
  void aRecordThatCannotBeReadFailsTheJobThatItNames() {
    TestOutputTopic<String, byte[]> dead = topology.output(Topic.FISHER_RESULTS.deadLetterName());
    TestOutputTopic<String, byte[]> said = topology.output(Topic.JOB_EVENTS);
    byte[] damaged = "{\"job_id\": \"job1\", \"attempt\": 2, ".getBytes(UTF_8);

    topology.input(Topic.FISHER_RESULTS).pipeInput(JOB, damaged);

    assertThat(header(dead.readRecord(), "dead-letter-reason")).isEqualTo("unreadable");
    JobEvent event = Json.read(said.readValue(), JobEvent.class);
    assertThat(event.jobId()).isEqualTo("job1");
    assertThat(event.attempt()).isEqualTo(2);
  }

  @Test
  void aTombstoneOnAnyInputIsADeadLetterAndTheNextRecordCounts() {
    for (Topic topic : AggregatorTopology.inputs()) {
      TestOutputTopic<String, byte[]> dead = topology.output(topic.deadLetterName());
      topology.input(topic).pipeInput(null, (byte[]) null);

      assertThat(header(dead.readRecord(), "dead-letter-reason")).isEqualTo("tombstone");
    }
  }

  @Test
  void aDeadLetterIsCut() {
    TestOutputTopic<String, byte[]> dead = topology.output(Topic.JOB_EVENTS.deadLetterName());

    events.pipeInput(JOB, new byte[2_000_000]);

    TestRecord<String, byte[]> letter = dead.readRecord();
    assertThat(letter.value()).hasSize(DeadLetter.KEPT_VALUE);
    assertThat(header(letter, "dead-letter-size")).isEqualTo("2000000");
  }

  private static String header(TestRecord<String, byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }
}
