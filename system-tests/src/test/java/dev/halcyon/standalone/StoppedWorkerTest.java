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

/// Fisher workers that go away in the middle of a task: what their end costs, and when another one
/// has their partitions.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StoppedWorkerTest {
  private static final Path MODEL =
      Path.of(System.getProperty("halcyon.root"), "examples/models/base").toAbsolutePath();
  private static final String GROUP = "halcyon-fisher-worker";
  private static final int PARTITIONS = 4;
  private static final int RANGES = 12;
  private static final int SAMPLES = 60;
  private static final int TOKENS = 512;
  private static final Duration PAUSE = Duration.ofMillis(50);

  /// After this a consumer that was killed is missed; long, so that one that left its group is
  /// missed much earlier, however slow the machine is.
  private static final Duration SESSION = Duration.ofSeconds(20);

  /// What Kubernetes gives a pod by default.
  private static final Duration GRACE_PERIOD = Duration.ofSeconds(30);

  private static final Duration CLOSE = Duration.ofSeconds(8);

  /// Less than a task takes.
  private static final Duration SHORT = Duration.ofMillis(300);

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

  /// Of four workers, one leaves its task, one finishes it, and one is killed in the middle of one.
  /// Partitions move at once from the first two, and no more is begun anew than the two tasks that
  /// were left and killed.
  @Test
  void theEndOfAWorkerCostsAtMostItsTask() throws Exception {
    try (Fleet fleet = Fleet.start(folder, Map.of());
        GroupMembers members = new GroupMembers(fleet.bootstrapServers(), GROUP)) {
      addJobServices(fleet);
      addWorker(fleet, "leaving", SHORT, Duration.ofSeconds(1));
      addWorker(fleet, "finishing", Duration.ofMinutes(2), CLOSE);
      addWorker(fleet, "killed", Duration.ofMinutes(2), CLOSE);
      addWorker(fleet, "staying", Duration.ofMinutes(2), CLOSE);
      fleet.awaitStart();
      members.await(4, PARTITIONS);
      CompletableFuture<JobOutcome> job = publish(fleet);

      Ended left = atWork(fleet, "leaving", job).terminate();
      assertThat(left.status()).isEqualTo(143);
      assertThat(left.after()).isLessThan(GRACE_PERIOD);
      assertThat(fleet.service("leaving").said()).contains("records left to other instances: 1");
      assertThat(members.await(3, PARTITIONS)).isLessThan(SESSION);

      Ended finished = atWork(fleet, "finishing", job).terminate();
      assertThat(finished.status()).isEqualTo(143);
      assertThat(fleet.service("finishing").said())
          .doesNotContain("records left to other instances", "halting");
      assertThat(members.await(2, PARTITIONS)).isLessThan(SESSION);

      ServiceProcess killed = atNextTask(fleet, "killed", job);
      killed.kill();
      assertThat(members.await(1, PARTITIONS)).isLessThan(SESSION.multipliedBy(2));

      assertThat(job.join()).as(fleet::logs).isInstanceOf(JobOutcome.Ready.class);
      assertThat(samples(fleet, ((JobOutcome.Ready) job.join()).jobId())).isEqualTo(SAMPLES);
      assertThat(begun(fleet)).as(fleet::logs).isEqualTo(RANGES + 2);
    }
  }

  @Test
  void aWorkerWhoseBrokerIsAwayEndsInTimeToo() throws Exception {
    EmbeddedBroker.Address address = EmbeddedBroker.Address.free(0);
    EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), address);
    Map<String, String> kafka = Map.of("kafka.bootstrap.servers", address.bootstrapServers());
    try (Fleet fleet = Fleet.on(kafka, folder, Map.of())) {
      addJobServices(fleet);
      addWorker(fleet, "victim", Duration.ofSeconds(2), CLOSE);
      fleet.awaitStart();
      ServiceProcess victim = atWork(fleet, "victim", publish(fleet));
      broker.close();
      broker = null;

      Ended ended = victim.terminate();

      assertThat(ended.status()).isEqualTo(143);
      assertThat(ended.after()).isLessThan(GRACE_PERIOD);
      for (String other : List.of("fetcher", "aggregator", "plotter")) {
        fleet.service(other).kill(); // they would wait for the broker, too
      }
    } finally {
      if (broker != null) {
        broker.close();
      }
    }
  }

  /// Adds what plans a job and counts its results.
  private static void addJobServices(Fleet fleet) throws IOException {
    Map<String, String> settings = Map.of("halcyon.fetcher.local-roots", "/");
    fleet.add("fetcher", settings);
    fleet.add("aggregator", settings);
    fleet.add("plotter", settings);
  }

  private static void addWorker(Fleet fleet, String called, Duration grace, Duration close)
      throws IOException {
    fleet.add(
        "fisher-worker",
        called,
        Map.of(
            "halcyon.fisher.threads",
            "1",
            "halcyon.shutdown.grace",
            grace.toString(),
            "halcyon.shutdown.close",
            close.toString(),
            "mp.messaging.connector.smallrye-kafka.session.timeout.ms",
            Long.toString(SESSION.toMillis())));
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

  /// A worker, once it has begun a task.
  private static ServiceProcess atWork(Fleet fleet, String called, CompletableFuture<?> job)
      throws Exception {
    return awaitTasks(fleet, called, job, 1);
  }

  /// A worker, when it has just begun another task than those it has begun by now.
  private static ServiceProcess atNextTask(Fleet fleet, String called, CompletableFuture<?> job)
      throws Exception {
    return awaitTasks(fleet, called, job, begun(fleet.service(called)) + 1);
  }

  private static ServiceProcess awaitTasks(
      Fleet fleet, String called, CompletableFuture<?> job, long tasks) throws Exception {
    ServiceProcess worker = fleet.service(called);
    while (begun(worker) < tasks) {
      assertThat(job).as(() -> called + " had no such task: " + fleet.logs()).isNotDone();
      Thread.sleep(PAUSE);
    }
    return worker;
  }

  private static long begun(Fleet fleet) throws IOException {
    long all = 0;
    for (String called : List.of("leaving", "finishing", "killed", "staying")) {
      all += begun(fleet.service(called));
    }
    return all;
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
