package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.CalibrationSettings;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.FisherSettings;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStores;
import dev.halcyon.objectstore.fixture.MinioServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A set of jobs during which every service is killed several times, and the broker and the store
/// are restarted, at random moments: the results are those of undisturbed commands.
///
/// `-Dhalcyon.chaos.kills=10` kills each service ten times; `-Dhalcyon.chaos.seed` chooses the
/// moments.
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ChaosTest {
  private static final int KILLS = Integer.getInteger("halcyon.chaos.kills", 2);
  private static final long SEED = Long.getLong("halcyon.chaos.seed", 17);
  private static final Path MODELS =
      Path.of(System.getProperty("halcyon.root"), "examples/models").toAbsolutePath();
  private static final String BUCKET = "chaos";
  private static final int LONGEST_PAUSE = 3000;

  @TempDir private Path folder;
  private MinioServer minio;
  private EmbeddedBroker.Address address;
  private EmbeddedBroker broker;

  @BeforeEach
  void start() throws Exception {
    minio = MinioServer.start(Files.createDirectory(folder.resolve("data")));
    minio.makeBucket(BUCKET);
    address = EmbeddedBroker.Address.free(0);
    broker = EmbeddedBroker.start(folder.resolve("broker"), address);
  }

  @AfterEach
  void stop() {
    if (broker != null) {
      broker.close();
    }
    if (minio != null) {
      minio.close();
    }
  }

  @Test
  void whateverGoesAwayTheResultsAreTheSame() throws Exception {
    Map<String, String> kafka = Map.of("kafka.bootstrap.servers", address.bootstrapServers());
    List<CompareRequest> requests = new ArrayList<>();
    List<JobOutcome> outcomes = new ArrayList<>();
    try (Fleet fleet = Fleet.on(kafka, folder, minio.environment())) {
      for (String service : Fleet.SERVICES) {
        fleet.add(
            service,
            Map.of(
                "halcyon.store.uri",
                "s3://" + BUCKET,
                "halcyon.fetcher.local-roots",
                MODELS.toString(),
                "halcyon.fisher.threads",
                "1"));
      }
      fleet.awaitStart();
      Thread chaos = Thread.ofPlatform().name("chaos").start(() -> disturb(fleet));
      do {
        CompareRequest request = request(requests.size());
        requests.add(request);
        outcomes.add(new JobClient(address.bootstrapServers()).run(request, _ -> {}));
        assertThat(outcomes.getLast()).as(fleet::logs).isInstanceOf(JobOutcome.Ready.class);
      } while (chaos.isAlive());
    }
    for (int i = 0; i < requests.size(); i++) {
      assertSame(requests.get(i), (JobOutcome.Ready) outcomes.get(i));
    }
  }

  /// Every service so many times, the broker and the store once, in random order.
  private void disturb(Fleet fleet) {
    Random random = new Random(SEED);
    List<Runnable> disturbances = new ArrayList<>();
    for (String service : Fleet.SERVICES) {
      disturbances.addAll(Collections.nCopies(KILLS, () -> fleet.kill(service)));
    }
    disturbances.add(this::restartBroker);
    disturbances.add(this::restartStore);
    Collections.shuffle(disturbances, random);
    for (Runnable disturbance : disturbances) {
      pause(random.nextInt(LONGEST_PAUSE));
      disturbance.run();
    }
  }

  private void restartBroker() {
    broker.close();
    broker = EmbeddedBroker.start(folder.resolve("broker"), address);
  }

  private void restartStore() {
    try {
      minio.crashAndRestart();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A job of its own for each number.
  private static CompareRequest request(int number) {
    FisherSettings settings =
        new FisherSettings(
            List.of("base"),
            CalibrationSettings.builtIn(8 + number, null),
            null,
            2,
            Optional.empty(),
            4,
            null);
    return new CompareRequest(
        ModelSpec.of(MODELS.resolve("base").toString()),
        List.of(
            ModelSpec.of(MODELS.resolve("python").toString()),
            ModelSpec.of(MODELS.resolve("bible").toString())),
        List.of(Analysis.SIMILARITY, Analysis.FISHER),
        List.of(),
        Optional.empty(),
        Optional.of(settings),
        Optional.empty());
  }

  private void assertSame(CompareRequest request, JobOutcome.Ready job) throws Exception {
    Path output = folder.resolve(job.jobId());
    Path file = Files.write(folder.resolve(job.jobId() + ".json"), Json.bytes(request));
    CommandProcess.Ended ended =
        CommandHere.run(
            "compare",
            "--request",
            file.toString(),
            "--threads",
            "1",
            "--output",
            output.toString());
    assertThat(ended.status()).as(ended::err).isZero();
    try (ObjectStore store = ObjectStores.open("s3://" + BUCKET, minio.environment())) {
      assertThat(UndisturbedJob.content(store.get(StoreKeys.report(job.jobId()))))
          .isEqualTo(UndisturbedJob.content(Files.readAllBytes(output.resolve("report.json"))));
      String table = "similarity_results.csv";
      assertThat(store.get(StoreKeys.result(job.jobId(), job.renderingId(), table)))
          .isEqualTo(Files.readAllBytes(output.resolve(table)));
    }
  }
}
