package dev.halcyon.services.fetcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.FisherTask.Divergence;
import dev.halcyon.contracts.job.FisherTask.NamedModel;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.JobPlan.PlannedDivergence;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorValue.LowRank;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.objectstore.MemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Plans of requests that ask for divergences.
class DivergencePlanTest {
  private static final String Q = "model.layers.0.self_attn.q_proj";

  @TempDir private Path folder;
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final Recorded recorded = new Recorded();
  private HubServer server;
  private HubAccess hub;

  @BeforeEach
  void write() throws IOException {
    for (String model : List.of("base", "full")) {
      Models.write(folder.resolve(model), 1, Q + ".weight");
      Files.writeString(folder.resolve(model).resolve("config.json"), "{}");
    }
    Files.writeString(folder.resolve("base/tokenizer.json"), "{}");
    Adapters.write(folder.resolve("adapter"), Q);
    server = HubServer.start();
    server.model("org/full", folder.resolve("full"));
    hub = HubParts.access(server, Optional.empty(), folder.resolve("cache"));
  }

  @AfterEach
  void stop() {
    hub.close();
    server.close();
  }

  private Plan plan(String fineTune, String analyses, String settings) throws IOException {
    String json =
        "{\"base\": \"%s\", \"fine_tunes\": [\"%s\"], \"analyses\": [%s], \"divergence\": %s}"
            .formatted(source("base"), source(fineTune), analyses, settings);
    HubParts.requests(store, hub, folder, false, recorded)
        .handle("r", json.getBytes(StandardCharsets.UTF_8));
    JobPlan announced = recorded.plans.getLast();
    return Json.read(store.get(announced.plan().key()), Plan.class);
  }

  private Plan plan(String fineTune, String settings) throws IOException {
    return plan(fineTune, "\"divergence\"", settings);
  }

  private String source(String name) {
    return name.startsWith("org/") ? name : folder.resolve(name).toString();
  }

  private PlacedModel placed(NamedModel model) throws IOException {
    byte[] parts = store.get(model.parts().key());
    assertThat(Digest.sha256(parts)).isEqualTo(model.parts().sha256());
    return Json.read(parts, PlacedModel.class);
  }

  @Test
  void aTaskForEachRangeIsOfAllModels() throws IOException {
    Plan plan = plan("full", "{\"ranges\": 3, \"samples\": 7, \"alone\": 2}");

    assertThat(plan.tensors()).isEmpty();
    assertThat(plan.divergenceTasks()).extracting(Divergence::from).containsExactly(0, 2, 4);
    assertThat(plan.divergenceTasks()).extracting(Divergence::to).containsExactly(2, 4, 7);
    assertThat(plan.divergenceTasks().getFirst().models())
        .extracting(NamedModel::name)
        .containsExactly("base", "ft1");
    assertThat(recorded.plans.getLast().divergence())
        .hasValue(new PlannedDivergence(List.of("base", "ft1"), 3, true));
  }

  /// A worker asks for it once the architecture is known.
  @Test
  void aFineTuneNeedsNoTokenizerAndTheBasesIsLeftToTheWorker() throws IOException {
    assertThat(baseFiles(plan("full", "{}"))).containsOnlyKeys("config.json", "tokenizer.json");
    Files.delete(folder.resolve("base/tokenizer.json"));

    assertThat(baseFiles(plan("full", "{}"))).containsOnlyKeys("config.json");
  }

  private Map<String, TensorCopy.Location> baseFiles(Plan plan) throws IOException {
    return placed(plan.divergenceTasks().getFirst().models().getFirst()).files();
  }

  @Test
  void anAdapterIsTheBaseWithItsChange() throws IOException {
    NamedModel adapted = plan("adapter", "{}").divergenceTasks().getFirst().models().getLast();

    assertThat(placed(adapted).tensors().get(Q + ".weight").value()).isInstanceOf(LowRank.class);
  }

  @Test
  void aModelOnTheHubIsBroughtToTheStoreBesideALocalBase() throws IOException {
    Plan plan = plan("org/full", "{}");

    assertThat(recorded.fetches)
        .isNotEmpty()
        .allSatisfy(task -> assertThat(task).isInstanceOf(FetchTask.Part.class))
        .extracting(FetchTask.Download::model)
        .containsOnly("ft1");
    assertThat(recorded.events.stream().filter(JobEvent.Arrived.class::isInstance))
        .extracting(event -> ((JobEvent.Arrived) event).arrival().complete())
        .containsExactly(true, false);
    assertThat(plan.placedModels().keySet()).containsExactly("base", "ft1");
  }

  @Test
  void whatMayChangeANumberMakesAnotherJob() throws IOException {
    String job = plan("full", "{}").jobId();

    assertThat(plan("full", "{\"nodes\": \"auto\"}").jobId()).isEqualTo(job);
    for (String other :
        List.of(
            "{\"nodes\": 3}",
            "{\"objective\": \"both\"}",
            "{\"alone\": 1}",
            "{\"fisher\": true}",
            "{\"samples\": 3}",
            "{\"allow_config_fields\": [\"f\"]}")) {
      assertThat(plan("full", other).jobId()).as(other).isNotEqualTo(job);
    }
    assertThat(plan("full", "\"similarity\", \"divergence\"", "{}").jobId()).isNotEqualTo(job);
  }
}
