package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.hub.fixture.WireSettings;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStores;
import dev.halcyon.objectstore.fixture.MinioServer;
import dev.halcyon.services.common.models.ModelFolder;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.TensorInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The fleet on a real MinIO server: the server goes away in the middle of a job, or services do.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class FleetOnMinioTest {
  private static final int LAYERS = 100;
  private static final int TENSORS = 3 * LAYERS;
  private static final String BUCKET = "halcyon";
  private static final int OUTAGE_MILLIS = 2000;

  @TempDir private Path folder;
  private final List<Path> models = new ArrayList<>();
  private MinioServer minio;
  private HubServer hub;

  @BeforeEach
  void start() throws Exception {
    minio = MinioServer.start(Files.createDirectory(folder.resolve("data")));
    minio.makeBucket(BUCKET);
    hub = HubServer.start().wire(new WireSettings(Duration.ofMillis(20), 0));
    for (int i = 0; i < 3; i++) {
      models.add(RandomModels.write(folder.resolve("model" + i), LAYERS, i));
      hub.model("org/model" + i, models.get(i));
    }
  }

  @AfterEach
  void stop() {
    if (hub != null) {
      hub.close();
    }
    if (minio != null) {
      minio.close();
    }
  }

  /// The same models through the command and its directory store, and through a fleet whose store
  /// is killed while tensors are brought and compared, and again while results are put.
  @Test
  void aStoreThatIsKilledInMidJobChangesNothing() throws Exception {
    Path undisturbed = UndisturbedJob.run(folder, names(), environment());
    try (ComparingFleet fleet = ComparingFleet.start(folder, "s3://" + BUCKET, environment())) {
      Outages outages = new Outages();
      JobOutcome outcome = fleet.run(ComparingFleet.request(names()), outages::watch);

      assertThat(outcome).as(fleet::logs).isInstanceOf(JobOutcome.Ready.class);
      assertThat(outages.states).containsExactly(JobState.Status.RUNNING, JobState.Status.REPORTED);
      assertThat(fleet.deadLetters()).isZero();
      assertWhole((JobOutcome.Ready) outcome, undisturbed);
    }
  }

  /// A rolling update: what a worker is at when it is told to end is neither done nor failed.
  @Test
  void servicesThatAreToldToEndInMidJobFailNothing() throws Exception {
    Path undisturbed = UndisturbedJob.run(folder, names(), environment());
    try (ComparingFleet fleet = ComparingFleet.start(folder, "s3://" + BUCKET, environment())) {
      Set<String> stopped = new HashSet<>();
      JobOutcome outcome =
          fleet.run(
              ComparingFleet.request(names()),
              state -> {
                if (isBetween(state, 1, TENSORS) && stopped.add("similarity-worker")) {
                  fleet.stopAndRestart("similarity-worker");
                }
                if (isBetween(state, TENSORS / 2, TENSORS) && stopped.add("fetcher")) {
                  fleet.stopAndRestart("fetcher");
                }
              });

      assertThat(outcome).as(fleet::logs).isInstanceOf(JobOutcome.Ready.class);
      assertThat(stopped).containsExactlyInAnyOrder("similarity-worker", "fetcher");
      assertThat(fleet.deadLetters()).isZero();
      assertWhole((JobOutcome.Ready) outcome, undisturbed);
    }
  }

  private static boolean isBetween(JobState state, long least, long end) {
    long done = state.stages().isEmpty() ? 0 : state.stages().getFirst().done();
    return state.status() == JobState.Status.RUNNING && done >= least && done < end;
  }

  /// Kills the store once in each of two states, and starts it again after a while.
  private final class Outages {
    private final Set<JobState.Status> states = EnumSet.noneOf(JobState.Status.class);

    void watch(JobState state) {
      boolean reported = state.status() == JobState.Status.REPORTED;
      if ((isBetween(state, TENSORS / 4, TENSORS) || reported) && states.add(state.status())) {
        try {
          minio.crash();
          Thread.sleep(OUTAGE_MILLIS);
          minio.restart();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(minio.environment());
    environment.put("HF_ENDPOINT", hub.endpoint().toString());
    environment.put("HF_HOME", folder.resolve("hf").toString());
    environment.put("HALCYON_CACHE", folder.resolve("cache").toString());
    return environment;
  }

  private static List<String> names() {
    return List.of("hf:org/model0", "hf:org/model1", "hf:org/model2");
  }

  private void assertWhole(JobOutcome.Ready job, Path undisturbed) throws Exception {
    try (ObjectStore store = ObjectStores.open("s3://" + BUCKET, minio.environment())) {
      byte[] report = store.get(StoreKeys.report(job.jobId()));
      assertThat(UndisturbedJob.content(report))
          .isEqualTo(
              UndisturbedJob.content(Files.readAllBytes(undisturbed.resolve("report.json"))));
      assertThat(Json.read(report, Report.class).results()).hasSize(TENSORS);
      String file = "similarity_results.csv";
      assertThat(store.get(StoreKeys.result(job.jobId(), job.renderingId(), file)))
          .isEqualTo(Files.readAllBytes(undisturbed.resolve(file)));
      assertThat(minio.unfinishedUploads()).isEmpty();
      assertModelsAreWhole(store);
    }
  }

  private void assertModelsAreWhole(ObjectStore store) throws IOException {
    TreeSet<String> folders = new TreeSet<>();
    for (ObjectStore.ObjectInfo found : store.list("models/")) {
      folders.add(found.key().substring(0, found.key().lastIndexOf('/') + 1));
    }
    assertThat(folders).hasSize(models.size());
    for (String prefix : folders) {
      String[] segments = prefix.split("/", -1);
      ModelFolder model = new ModelFolder(segments[1], segments[2]);
      Path local = folder.resolve(segments[1].substring("org--".length()));
      try (Checkpoint checkpoint = Checkpoint.open(local)) {
        for (TensorInfo tensor : checkpoint.tensors()) {
          byte[] expected = new byte[Math.toIntExact(tensor.bytes())];
          checkpoint.bytes(tensor).read(0, MemorySegment.ofArray(expected));
          assertThat(store.get(model.tensorKey(tensor.name())))
              .as(tensor.name())
              .isEqualTo(expected);
        }
      }
    }
  }
}
