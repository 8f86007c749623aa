package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.objectstore.DirectoryObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The fleet on a directory store whose disk is full when the aggregator wants to put the report,
/// and again when the plotter wants to put the results.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class FullDiskTest {
  private static final int LAYERS = 50;
  private static final int MEBIBYTES = 16;

  @TempDir private Path folder;

  @Test
  void theJobFailsWithAClearErrorAndGoesOnWhenItIsAskedForAgain() throws Exception {
    List<String> models = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      models.add(RandomModels.write(folder.resolve("model" + i), LAYERS, i).toString());
    }
    CompareRequest request = ComparingFleet.request(models);
    try (SmallDisk disk = SmallDisk.mount(MEBIBYTES);
        ObjectStore store = new DirectoryObjectStore(disk.folder());
        ComparingFleet fleet =
            ComparingFleet.start(folder, disk.folder().toUri().toString(), Map.of("LC_ALL", "C"))) {
      Path undisturbed = UndisturbedJob.run(folder, models, Map.of());

      assertFull(fleet.run(request, fillOnce(disk, FullDiskTest::hasBegun)), "/report.json");
      assertThat(keys(store)).noneMatch(key -> key.endsWith("/report.json"));
      assertNothingHalfStored(disk);

      disk.empty();
      assertFull(fleet.run(request, fillOnce(disk, FullDiskTest::isReported)), "/results/");
      assertThat(keys(store)).noneMatch(key -> key.endsWith("/manifest.json"));
      assertNothingHalfStored(disk);

      disk.empty();
      JobOutcome outcome = fleet.run(request, _ -> {});
      assertThat(outcome).as(fleet::logs).isInstanceOf(JobOutcome.Ready.class);
      JobOutcome.Ready job = (JobOutcome.Ready) outcome;
      assertThat(UndisturbedJob.content(store.get(StoreKeys.report(job.jobId()))))
          .isEqualTo(
              UndisturbedJob.content(Files.readAllBytes(undisturbed.resolve("report.json"))));
      assertThat(
              store.get(StoreKeys.result(job.jobId(), job.renderingId(), "similarity_results.csv")))
          .isEqualTo(Files.readAllBytes(undisturbed.resolve("similarity_results.csv")));
      assertThat(fleet.deadLetters()).as("what the plotter could not draw").isOne();
    }
  }

  private static boolean hasBegun(JobState state) {
    return state.status() == JobState.Status.RUNNING
        && !state.stages().isEmpty()
        && state.stages().getFirst().done() > 0;
  }

  private static boolean isReported(JobState state) {
    return state.status() == JobState.Status.REPORTED;
  }

  private static Consumer<JobState> fillOnce(SmallDisk disk, Predicate<JobState> when) {
    return new Consumer<>() {
      private boolean filled;

      @Override
      public void accept(JobState state) {
        if (!filled && when.test(state)) {
          filled = true;
          try {
            disk.fill();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }
    };
  }

  private static void assertFull(JobOutcome outcome, String key) {
    assertThat(outcome).isInstanceOf(JobOutcome.Failed.class);
    Failure failure = ((JobOutcome.Failed) outcome).failure();
    assertThat(failure.cause()).isEqualTo(Failure.Cause.ENVIRONMENT);
    assertThat(failure.message()).contains(key).contains("No space left on device");
  }

  private static List<String> keys(ObjectStore store) throws IOException {
    return store.list("jobs/").stream().map(ObjectStore.ObjectInfo::key).toList();
  }

  private static void assertNothingHalfStored(SmallDisk disk) throws IOException {
    try (Stream<Path> staged = Files.list(disk.folder().resolve("~uploads"))) {
      assertThat(staged).isEmpty();
    }
  }
}
