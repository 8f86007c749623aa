package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.ReportReady;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.services.aggregator.JobEffect;
import dev.halcyon.services.aggregator.JobHandler;
import dev.halcyon.services.aggregator.MemoryJobRecords;
import dev.halcyon.services.fetcher.Announcements;
import dev.halcyon.services.fetcher.Fetcher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A large job and a small one in one queue of tensors, as a partition is one, through the handlers
/// of fetcher and aggregator: a worker takes what was announced first.
class FairnessTest {
  private static final int LARGE = 200;
  private static final int SMALL = 4;
  private static final int TENSORS_OF_A_LAYER = 3;
  private static final int WINDOW = 32;

  @TempDir private Path folder;
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final Queue<TensorReady> tensors = new ArrayDeque<>();
  private final List<String> compared = new ArrayList<>();
  private final List<String> reported = new ArrayList<>();
  private final JobHandler jobs =
      new JobHandler(
          new MemoryJobRecords(),
          store,
          new JobHandler.Settings("test", 1),
          InstantSource.system());

  @Test
  void aSmallJobWaitsForOneWindowOfALargeJobThatWasPublishedBefore() throws IOException {
    run(WINDOW);

    int smallTensors = TENSORS_OF_A_LAYER * SMALL;
    assertThat(reported).hasSize(2).first().isEqualTo("small");
    assertThat(compared.lastIndexOf("small")).isLessThan(2 * (WINDOW + smallTensors));
    assertThat(compared).hasSize(TENSORS_OF_A_LAYER * (LARGE + SMALL));
  }

  @Test
  void withoutAWindowItWaitsForTheWholeJob() throws IOException {
    run(Integer.MAX_VALUE);

    assertThat(reported).hasSize(2).first().isEqualTo("large");
    assertThat(compared.indexOf("small")).isEqualTo(TENSORS_OF_A_LAYER * LARGE);
  }

  private void run(int window) throws IOException {
    Fetcher.Settings settings =
        new Fetcher.Settings(
            List.of(folder),
            false,
            Fetcher.Settings.FISHER_RATE,
            Fetcher.Settings.FISHER_TASK_TIME,
            window);
    try (Fetcher fetcher = new Fetcher(store, settings, new Queues())) {
      List<String> ids = new ArrayList<>();
      for (String name : List.of("large", "small")) {
        fetcher.plan(name, Json.bytes(ComparingFleet.request(models(name))));
        ids.add(tensors.stream().reduce((_, last) -> last).orElseThrow().jobId());
      }
      while (!tensors.isEmpty()) {
        compare(tensors.remove(), ids, fetcher);
      }
    }
  }

  private List<String> models(String name) throws IOException {
    int layers = name.equals("large") ? LARGE : SMALL;
    return List.of(
        RandomModels.write(folder.resolve(name + 0), layers, 4, 0).toString(),
        RandomModels.write(folder.resolve(name + 1), layers, 4, 1).toString());
  }

  private void compare(TensorReady ready, List<String> ids, Fetcher fetcher) throws IOException {
    compared.add(name(ready.jobId(), ids));
    SimilarityResult nothing = new SimilarityResult(List.of(), List.of(), List.of(), List.of());
    TensorResult result = new TensorResult(ready.jobId(), ready.tensor().tensor(), 1, nothing);
    for (JobEffect effect : jobs.onTensorResult(result)) {
      switch (effect) {
        case JobEffect.DispatchTensors(FetchTask.Slice slice) -> {
          var _ = fetcher.fetch(slice);
        }
        case JobEffect.AnnounceReport(ReportReady report) ->
            reported.add(name(report.jobId(), ids));
        case JobEffect.StartFisherTask _, JobEffect.PublishState _, JobEffect.RemoveState _ -> {}
      }
    }
  }

  private static String name(String jobId, List<String> ids) {
    return ids.indexOf(jobId) == 0 ? "large" : "small";
  }

  private final class Queues implements Announcements {
    private static final CompletableFuture<Void> DELIVERED =
        CompletableFuture.completedFuture(null);

    @Override
    public CompletableFuture<Void> plan(JobPlan plan) {
      var _ = jobs.onJobPlan(plan);
      return DELIVERED;
    }

    @Override
    public CompletableFuture<Void> fetch(FetchTask.Download task) {
      throw new AssertionError("local models are not downloaded");
    }

    @Override
    public CompletableFuture<Void> tensor(TensorReady tensor) {
      tensors.add(tensor);
      return DELIVERED;
    }

    @Override
    public CompletableFuture<Void> event(JobEvent event) {
      return DELIVERED;
    }
  }
}
