package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.objectstore.DirectoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The fleet: a broker, a shared store, each service in a JVM of its own.
class KilledServicesTest {
  private static final int LAYERS = 200;
  private static final int TENSORS = 3 * LAYERS;

  @TempDir private Path folder;

  /// The same content through the command, undisturbed, and through a fleet whose services are
  /// killed in mid-job.
  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void killingEachServiceInTheMiddleOfAJobChangesNothingInTheReport() throws Exception {
    List<Path> models = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      models.add(RandomModels.write(folder.resolve("model" + i), LAYERS, i));
    }
    List<String> names = models.stream().map(Path::toString).toList();
    Path undisturbed = UndisturbedJob.run(folder, names, Map.of());
    byte[] disturbed = compareByFleet(names);

    assertThat(UndisturbedJob.content(disturbed))
        .isEqualTo(UndisturbedJob.content(Files.readAllBytes(undisturbed.resolve("report.json"))));
    assertThat(Json.read(disturbed, Report.class).results()).hasSize(TENSORS);
  }

  private byte[] compareByFleet(List<String> models) throws Exception {
    Path storeFolder = Files.createDirectories(folder.resolve("store"));
    try (ComparingFleet fleet =
        ComparingFleet.start(folder, storeFolder.toUri().toString(), Map.of())) {
      Killer killer = new Killer(fleet);
      JobOutcome outcome = fleet.run(ComparingFleet.request(models), killer::watch);
      assertThat(outcome).as(fleet::logs).isInstanceOf(JobOutcome.Ready.class);
      assertThat(killer.killed()).containsExactlyInAnyOrderElementsOf(ComparingFleet.SERVICES);
      try (DirectoryObjectStore store = new DirectoryObjectStore(storeFolder)) {
        return store.get(StoreKeys.report(((JobOutcome.Ready) outcome).jobId()));
      }
    }
  }

  /// Kills each service once, at a turn of the job at which it has work.
  private static final class Killer {
    private final ComparingFleet fleet;
    private final Set<String> killed = new HashSet<>();

    Killer(ComparingFleet fleet) {
      this.fleet = fleet;
    }

    void watch(JobState state) {
      long done = state.stages().isEmpty() ? 0 : state.stages().getFirst().done();
      if (state.status() == JobState.Status.RUNNING && done < TENSORS) {
        kill("fetcher");
        if (done >= 1) {
          kill("similarity-worker");
        }
        if (done >= TENSORS / 4) {
          kill("aggregator");
        }
      }
      if (state.status() == JobState.Status.REPORTED) {
        kill("plotter");
      }
    }

    private void kill(String name) {
      if (killed.add(name)) {
        try {
          fleet.service(name).killAndRestart();
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(e);
        }
      }
    }

    Set<String> killed() {
      return killed;
    }
  }
}
