package dev.halcyon.contracts.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.ModelArrival;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.results.Summary;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.HubRange;
import dev.halcyon.contracts.store.TensorCopy.InFile;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.contracts.store.TensorValue;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.Shape;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void numbersThatAreNotDefinedAreNullAndComeBackAsNan() {
    Summary none = new Summary(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    String json = new String(Json.bytes(none), UTF_8);

    assertThat(json)
        .isEqualTo("{\"count\":0,\"mean\":null,\"std\":null,\"min\":null,\"max\":null}");
    assertThat(Json.read(Json.bytes(none), Summary.class)).isEqualTo(none);
  }

  @Test
  void doublesComeBackBitForBit() {
    Summary awkward = new Summary(1, 0.1 + 0.2, Double.MIN_VALUE, -0.0, Double.MAX_VALUE);

    assertThat(Json.read(Json.bytes(awkward), Summary.class)).isEqualTo(awkward);
  }

  @Test
  void locationsSayWhereTheyAre() {
    PlannedTensor tensor =
        new PlannedTensor(
            "w",
            Shape.of(2, 3),
            List.of(
                TensorCopy.plain(
                    "base", elements("w", DType.BF16, new InFile("/m/a", 8, 20, Instant.EPOCH))),
                new TensorCopy(
                    "ft1",
                    new TensorValue.Scaled(
                        elements("x.w", DType.F8_E4M3, new InStore("models/x", Optional.empty())),
                        elements("x.w_scale", DType.F32, new InStore("models/y", Optional.empty())),
                        List.of(1L, 1L)))),
            Optional.empty());

    assertThat(new String(Json.bytes(tensor), UTF_8))
        .contains("\"location\":{\"in\":\"file\",\"path\":\"/m/a\",\"offset\":8,\"size\":20,")
        .contains("\"location\":{\"in\":\"store\",\"key\":\"models/x\"}")
        .contains("{\"kind\":\"plain\",\"elements\":{\"name\":\"w\",")
        .contains("{\"kind\":\"scaled\",\"codes\":{\"name\":\"x.w\",");
    assertThat(Json.read(Json.bytes(tensor), PlannedTensor.class)).isEqualTo(tensor);
  }

  private static StoredTensor elements(String name, DType dtype, TensorCopy.Location location) {
    return StoredTensor.whole(name, dtype, Shape.of(2, 3), 12, location);
  }

  @Test
  void aPartOfATensorBeginsAtItsFirstElement() {
    StoredTensor stacked =
        StoredTensor.whole(
            "x", DType.BF16, Shape.of(2, 4, 3), 48, new InFile("/m/a", 8, 99, Instant.EPOCH));

    StoredTensor part = stacked.part(18, Shape.of(2, 3));

    assertThat(part.offset()).isEqualTo(36);
    assertThat(part.bytes()).isEqualTo(12);
    assertThat(part.location()).isEqualTo(stacked.location());
    assertThat(part.part(3, Shape.of(3)).offset()).isEqualTo(42);
    assertThatThrownBy(() -> stacked.part(19, Shape.of(2, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no part of 6 elements at 19");
  }

  @Test
  void fetchTasksAndArrivalsComeBackAsTheyWere() {
    InStore target =
        new InStore(
            "models/a",
            Optional.of(new HubRange("org/a", "c0", "config.json", 12, 0, 12, Optional.of("5a"))));
    FetchTask part =
        new FetchTask.Part("j", 2, "base", "config.json", target, new StoredObject("k", 3, "d1"));
    JobEvent event = JobEvent.arrived("j", 2, new ModelArrival("base", 3, 4, 30, 40), "fetcher");

    assertThat(new String(Json.bytes(part), UTF_8)).startsWith("{\"task\":\"part\",");
    assertThat(Json.read(Json.bytes(part), FetchTask.class)).isEqualTo(part);
    assertThat(Json.read(Json.bytes(event), JobEvent.class)).isEqualTo(event);
  }

  @Test
  void aPlacedModelKeepsTheOrderOfItsPartsAndSaysWhichAreInTheStore() {
    InStore there = new InStore("models/a", Optional.empty());
    InFile inPlace = new InFile("/m/a", 8, 20, Instant.EPOCH);
    PlacedModel model =
        new PlacedModel(
            "hf:org/a@c0",
            Map.of(PlacedModel.CONFIG, there),
            new TreeMap<>(
                Map.of(
                    "b", TensorCopy.plain("base", elements("b", DType.F32, there)),
                    "a", TensorCopy.plain("base", elements("a", DType.F32, inPlace)))));

    PlacedModel read = Json.read(Json.bytes(model), PlacedModel.class);
    assertThat(read).isEqualTo(model);
    assertThat(read.tensors().keySet()).containsExactly("a", "b");
    assertThat(read.stored())
        .extracting(PlacedModel.Part::name)
        .containsExactly(PlacedModel.CONFIG, "b");
  }

  @Test
  void timesAreIsoAndEnumsLowerCase() {
    JobState state =
        new JobState(
            "j",
            JobState.Status.RUNNING,
            1,
            List.of(),
            List.of(),
            List.of(),
            Instant.EPOCH,
            Instant.EPOCH,
            Optional.empty());

    assertThat(new String(Json.bytes(state), UTF_8))
        .contains("\"status\":\"running\"")
        .contains("\"started\":\"1970-01-01T00:00:00Z\"");
    assertThat(Json.read(Json.bytes(state), JobState.class)).isEqualTo(state);
  }

  @Test
  void pairsComeInTheDocumentedOrder() {
    assertThat(ModelName.pairs(ModelName.all(3)).stream().map(ModelName.Pair::name))
        .containsExactly("base_vs_ft1", "base_vs_ft2", "ft1_vs_ft2");
  }
}
