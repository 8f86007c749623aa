package dev.halcyon.services.fetcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorValue.LowRank;
import dev.halcyon.contracts.store.TensorValue.Plain;
import dev.halcyon.contracts.store.TensorValue.Unchanged;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.tensors.InvalidCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Plans of requests whose fine-tunes are LoRA adapters.
class AdapterPlanTest {
  private static final String Q = "model.layers.0.self_attn.q_proj";
  private static final String K = "model.layers.0.self_attn.k_proj";
  private static final String V = "model.layers.0.self_attn.v_proj";
  private static final long WEIGHT_BYTES = 16;
  private static final long FACTORS_BYTES = 16;

  @TempDir private Path folder;
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final Recorded recorded = new Recorded();
  private HubServer server;
  private HubAccess hub;

  @BeforeEach
  void write() throws IOException {
    Models.write(folder.resolve("base"), 1, weights(Q, K, V));
    Models.write(folder.resolve("full"), 2, weights(Q, K, V));
    Adapters.write(folder.resolve("on_q"), Q);
    Adapters.write(folder.resolve("on_q_and_k"), Q, K);
    server = HubServer.start();
    for (String model : List.of("base", "on_q")) {
      server.model("org/" + model, folder.resolve(model));
    }
    hub = HubParts.access(server, Optional.empty(), folder.resolve("cache"));
  }

  @AfterEach
  void stop() {
    hub.close();
    server.close();
  }

  private static String[] weights(String... modules) {
    return Arrays.stream(modules).map(module -> module + ".weight").toArray(String[]::new);
  }

  private Plan plan(String base, String... fineTunes) throws IOException {
    CompareRequest request =
        new CompareRequest(
            ModelSpec.of(source(base)),
            Arrays.stream(fineTunes).map(this::source).map(ModelSpec::of).toList(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    HubParts.requests(store, hub, folder, false, recorded).handle("r", Json.bytes(request));
    JobPlan announced = recorded.plans.getLast();
    return Json.read(store.get(announced.plan().key()), Plan.class);
  }

  private String source(String name) {
    return name.startsWith("org/") ? name : folder.resolve(name).toString();
  }

  private static PlannedTensor tensor(Plan plan, String module) {
    return plan.tensors().stream()
        .filter(planned -> planned.tensor().equals(module + ".weight"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aTargetedTensorIsTheBasesPlusTheProduct() throws IOException {
    PlannedTensor planned = tensor(plan("base", "on_q"), Q);

    LowRank change = (LowRank) planned.copies().get(1).value();
    assertThat(change.weight()).isEqualTo(planned.copies().getFirst().value());
    assertThat(change.a().name()).isEqualTo("base_model.model." + Q + ".lora_A.weight");
    assertThat(change.scaling()).isEqualTo(3);
    assertThat(planned.bytes()).isEqualTo(WEIGHT_BYTES + FACTORS_BYTES);
    assertThat(planned.note()).isEmpty();
  }

  @Test
  void nothingIsReadOfATensorThatNoModelTouches() throws IOException {
    Plan plan = plan("base", "on_q", "on_q_and_k");

    PlannedTensor planned = tensor(plan, V);
    assertThat(planned.copies()).hasSize(3).allMatch(copy -> copy.value() instanceof Unchanged);
    assertThat(planned.bytes()).isZero();
    assertThat(planned.note())
        .contains("not touched by the adapters of ft1, ft2: identical to base, not read");
    assertThat(plan.bytes()).isEqualTo(2 * WEIGHT_BYTES + 3 * FACTORS_BYTES);
    assertThat(plan.skipped()).isEmpty();
  }

  @Test
  void aTensorThatOneOfTwoAdaptersTouchesIsReadForThatOne() throws IOException {
    PlannedTensor planned = tensor(plan("base", "on_q", "on_q_and_k"), K);

    assertThat(planned.copies().get(0).value()).isInstanceOf(Plain.class);
    assertThat(planned.copies().get(1).value()).isInstanceOf(Unchanged.class);
    assertThat(planned.copies().get(2).value()).isInstanceOf(LowRank.class);
    assertThat(planned.bytes()).isEqualTo(WEIGHT_BYTES + FACTORS_BYTES);
    assertThat(planned.note())
        .contains("not touched by the adapters of ft1: identical to base, not read");
  }

  @Test
  void besideAFullFineTuneTheBaseAndThatAreRead() throws IOException {
    PlannedTensor planned = tensor(plan("base", "on_q", "full"), V);

    assertThat(planned.bytes()).isEqualTo(2 * WEIGHT_BYTES);
    assertThat(planned.copies().get(1).stored()).isEmpty();
  }

  @Test
  void theModelIsTheAdaptersFile() throws IOException {
    Plan plan = plan("base", "on_q_and_k");

    assertThat(plan.models().get(1).notes())
        .singleElement()
        .asString()
        .contains("changes 2 of the base's 3 tensors");
    assertThat(plan.models().get(1).tensors()).isEqualTo(4);
    assertThat(plan.models().get(1).bytes()).isEqualTo(2 * FACTORS_BYTES);
    assertThat(plan.models().get(1).source())
        .isEqualTo(folder.resolve("on_q_and_k").toRealPath().toString());
  }

  @Test
  void anotherConfigIsAnotherJob() throws IOException {
    String before = plan("base", "on_q").jobId();
    Adapters.config(folder.resolve("on_q"), ", \"use_rslora\": true");

    assertThat(plan("base", "on_q").jobId()).isNotEqualTo(before);
  }

  @Test
  void anAdapterOnTheHubIsFetchedAsFarAsItIsRead() throws IOException {
    Plan plan = plan("org/base", "org/on_q");

    assertThat(tensor(plan, Q).copies().get(1).stored()).hasSize(3);
    assertThat(recorded.tensors)
        .extracting(ready -> ready.tensor().tensor())
        .containsExactly(K + ".weight", V + ".weight");
    assertThat(recorded.fetches)
        .extracting(task -> task.model() + " " + task.target().origin().orElseThrow().file())
        .containsExactly(
            "base model.safetensors",
            "ft1 adapter_model.safetensors",
            "ft1 adapter_model.safetensors");
    FetchHandler handler = HubParts.fetches(store, hub, recorded);
    for (FetchTask.Download task : recorded.fetches) {
      handler.handle(task);
    }
    assertThat(recorded.tensors).hasSize(3);
    for (StoredTensor stored : tensor(plan, Q).copies().get(1).stored()) {
      String key = ((TensorCopy.InStore) stored.location()).key();
      assertThat(store.find(key).orElseThrow().size()).isEqualTo(stored.bytes());
    }
  }

  @Test
  void anAdapterOnTheHubMayChangeALocalBase() throws IOException {
    plan("base", "org/on_q");

    assertThat(recorded.fetches).hasSize(2).allMatch(task -> task.model().equals("ft1"));
  }

  @Test
  void anAdapterIsNoBase() {
    assertThatThrownBy(() -> plan("on_q", "full"))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("on_q")
        .hasMessageContaining("adapter's folder as a fine-tune");
    assertThatThrownBy(() -> plan("org/on_q", "full"))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("org/on_q")
        .hasMessageContaining("adapter's folder as a fine-tune");
  }

  @Test
  void anAdapterOfAnotherBaseIsRefused() throws IOException {
    Adapters.write(folder.resolve("other"), "model.layers.7.self_attn.q_proj");

    assertThatThrownBy(() -> plan("base", "other"))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("other")
        .hasMessageContaining("no module model.layers.7.self_attn.q_proj");
  }

  @Test
  void aPickledAdapterIsNamed() throws IOException {
    Path pickled = Files.createDirectories(folder.resolve("pickled"));
    Adapters.config(pickled, "");
    Files.writeString(pickled.resolve("adapter_model.bin"), "x");

    assertThatThrownBy(() -> plan("base", "pickled"))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("adapter_model.bin")
        .hasMessageContaining("save_pretrained");
  }

  @Test
  void besideAModelsOwnWeightsTheAdapterIsTaken() throws IOException {
    Models.write(folder.resolve("on_q"), 3, weights(Q, K, V));

    Plan plan = plan("base", "on_q");
    assertThat(tensor(plan, Q).copies().get(1).value()).isInstanceOf(LowRank.class);
    assertThat(plan.models().get(1).notes())
        .contains("weights are read from adapter_model.safetensors; ignored: model.safetensors");
    assertThat(tensor(plan("on_q", "full"), Q).copies().get(0).value()).isInstanceOf(Plain.class);
  }
}
