package dev.halcyon.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.objectstore.DirectoryObjectStore;
import dev.halcyon.standalone.ServiceProcess.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two Fisher workers of which one goes away in the middle of a task: what its end costs, and when
/// the other one has its partitions.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class StoppedWorkerTest {
  private static final Path MODEL =
      Path.of(System.getProperty("halcyon.root"), "examples/models/base").toAbsolutePath();
  private static final String GROUP = "halcyon-fisher-worker";
  private static final int PARTITIONS = 4;
  private static final int RANGES = 6;
  private static final int SAMPLES = 120;
  private static final int TOKENS = 512;
  private static final Duration PAUSE = Duration.ofMillis(50);

  /// After this a consumer that was killed is missed; long, so that one that left its group is
  /// missed much earlier, however slow the machine is.
  private static final Duration SESSION = Duration.ofSeconds(30);

  /// What Kubernetes gives a pod by default.
  private static final Duration GRACE_PERIOD = Duration.ofSeconds(30);

  private static final Duration CLOSE = Duration.ofSeconds(8);

  @TempDir private Path folder;

  /// Threads of clients, which wait for the end of their jobs.
  private final ExecutorService clients = Executors.newCachedThreadPool();

  @AfterEach
  void endClients() {
    clients.shutdownNow();
  }

  @BeforeEach
  void writeTexts() throws IOException {
    StringBuilder texts = new StringBuilder();
    for (int i = 0; i < SAMPLES; i++) {
      texts.append(("sample " + i + " of many words ").repeat(TOKENS)).append('\n');
    }
    Files.writeString(folder.resolve("texts.txt"), texts);
  }

  @Test
  void aTaskThatFitsIntoTheGracePeriodIsFinishedAndNotRepeated() throws Exception {
    Outcome outcome = stopInMidTask(Duration.ofMinutes(2), CLOSE, Signal.TERM);

    assertThat(outcome.victim().status()).isEqualTo(143);
    assertThat(outcome.said()).doesNotContain("records left to other instances", "halting");
    assertThat(outcome.moved()).isLessThan(SESSION);
    assertThat(outcome.begunTasks()).isEqualTo(RANGES);
    assertThat(outcome.samples()).isEqualTo(SAMPLES);
  }

  @Test
  void aTaskThatDoesNotFitIsLeftAndBegunAnewElsewhere() throws Exception {
    Outcome outcome = stopInMidTask(Duration.ofMillis(200), Duration.ofSeconds(2), Signal.TERM);

    assertThat(outcome.victim().status()).isEqualTo(143);
    assertThat(outcome.victim().after()).isLessThan(GRACE_PERIOD);
    assertThat(outcome.said()).contains("records left to other instances: 1");
    assertThat(outcome.moved()).isLessThan(SESSION.multipliedBy(2));
    assertThat(outcome.begunTasks()).isEqualTo(RANGES + 1);
    assertThat(outcome.samples()).isEqualTo(SAMPLES);
  }

  @Test
  void aWorkerThatIsKilledCostsItsTask() throws Exception {
    Outcome outcome = stopInMidTask(Duration.ofMinutes(2), CLOSE, Signal.KILL);

    assertThat(outcome.moved()).isLessThan(SESSION.multipliedBy(2));
    assertThat(outcome.begunTasks()).isEqualTo(RANGES + 1);
    assertThat(outcome.samples()).isEqualTo(SAMPLES);
  }

  @Test
  void aWorkerWhoseBrokerIsAwayEndsInTimeToo() throws Exception {
    EmbeddedBroker.Address address = EmbeddedBroker.Address.free(0);
    EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), address);
    Map<String, String> kafka = Map.of("kafka.bootstrap.servers", address.bootstrapServers());
    try (Fleet fleet = Fleet.on(kafka, folder, Map.of())) {
      start(fleet, Duration.ofSeconds(2), CLOSE);
      ServiceProcess victim = busy(fleet, publish(fleet));
      broker.close();
      broker = null;

      Ended ended = victim.terminate();

      assertThat(ended.status()).isEqualTo(143);
      assertThat(ended.after()).isLessThan(GRACE_PERIOD);
    } finally {
      if (broker != null) {
        broker.close();
      }
    }
  }

  private enum Signal {
    TERM,
    KILL
  }

  /// What the end of a worker led to.
  ///
  /// @param victim how it ended
  /// @param said by the victim
  /// @param moved time from its end until the other worker has all partitions
  /// @param begunTasks of both workers
  /// @param samples of the report
  private record Outcome(Ended victim, String said, Duration moved, long begunTasks, int samples) {}

  private Outcome stopInMidTask(Duration grace, Duration close, Signal signal) throws Exception {
    try (Fleet fleet = Fleet.start(folder, Map.of());
        GroupMembers members = new GroupMembers(fleet.bootstrapServers(), GROUP)) {
      start(fleet, grace, close);
      members.await(2, PARTITIONS);
      CompletableFuture<JobOutcome> job = publish(fleet);
      ServiceProcess victim = busy(fleet, job);
      Ended ended = signal == Signal.TERM ? victim.terminate() : killed(victim);
      Duration moved = members.await(1, PARTITIONS);
      System.out.printf(
          "%s, grace %s: ended after %s, partitions moved within %s%n",
          signal, grace, ended.after(), moved);
      JobOutcome outcome = job.join();
      assertThat(outcome).as(fleet::logs).isInstanceOf(JobOutcome.Ready.class);
      return new Outcome(
          ended,
          victim.said(),
          moved,
          begun(fleet.service("first")) + begun(fleet.service("second")),
          samples(fleet, ((JobOutcome.Ready) outcome).jobId()));
    }
  }

  private static Ended killed(ServiceProcess victim) throws InterruptedException {
    victim.kill();
    return new Ended(137, Duration.ZERO);
  }

  private void start(Fleet fleet, Duration grace, Duration close) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("halcyon.fetcher.local-roots", "/");
    settings.put("halcyon.fisher.threads", "1");
    settings.put("halcyon.shutdown.grace", grace.toString());
    settings.put("halcyon.shutdown.close", close.toString());
    settings.put(
        "mp.messaging.connector.smallrye-kafka.session.timeout.ms",
        Long.toString(SESSION.toMillis()));
    for (String name : List.of("fetcher", "aggregator", "plotter")) {
      fleet.add(name, settings);
    }
    fleet.add("fisher-worker", "first", settings);
    fleet.add("fisher-worker", "second", settings);
    fleet.awaitStart();
  }

  private CompletableFuture<JobOutcome> publish(Fleet fleet) {
    byte[] request =
        """
        {"base": "%s", "fine_tunes": ["%s"], "analyses": ["fisher"],
         "fisher": {"models": ["base"], "calibration": "%s", "samples": %d, "max_length": %d,
          "ranges": %d}}
        """
            .formatted(
                MODEL,
                MODEL.resolveSibling("python"),
                folder.resolve("texts.txt"),
                SAMPLES,
                TOKENS,
                RANGES)
            .getBytes(UTF_8);
    return CompletableFuture.supplyAsync(
        () ->
            new JobClient(fleet.bootstrapServers())
                .run(Json.read(request, CompareRequest.class), _ -> {}),
        clients);
  }

  /// The worker that is the first to have begun a task.
  private static ServiceProcess busy(Fleet fleet, CompletableFuture<JobOutcome> job)
      throws Exception {
    while (!job.isDone()) {
      for (String name : List.of("first", "second")) {
        if (begun(fleet.service(name)) > 0) {
          return fleet.service(name);
        }
      }
      Thread.sleep(PAUSE);
    }
    throw new AssertionError("no worker was seen at work: " + fleet.logs());
  }

  /// Every task says what it takes when it begins to compute.
  private static long begun(ServiceProcess worker) throws IOException {
    return worker.said().lines().filter(line -> line.contains(" tokens in ")).count();
  }

  private static int samples(Fleet fleet, String jobId) throws IOException {
    try (DirectoryObjectStore store = new DirectoryObjectStore(fleet.store())) {
      JsonNode report = new ObjectMapper().readTree(store.get(StoreKeys.report(jobId)));
      return report.at("/fisher/0/report/samples").size();
    }
  }
}
