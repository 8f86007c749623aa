package dev.halcyon.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.Plan.PlannedTensor;
import dev.halcyon.contracts.TensorCopy.InFile;
import dev.halcyon.contracts.TensorCopy.InStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
            List.of(2L, 3L),
            List.of(
                new TensorCopy(
                    "base", "BF16", List.of(2L, 3L), 12, new InFile("/m/a", 8, 20, Instant.EPOCH)),
                new TensorCopy(
                    "ft1", "BF16", List.of(2L, 3L), 12, new InStore("models/x", Optional.empty()))),
            Optional.empty());

    assertThat(new String(Json.bytes(tensor), UTF_8))
        .contains("\"location\":{\"in\":\"file\",\"path\":\"/m/a\",\"offset\":8,\"size\":20,")
        .contains("\"location\":{\"in\":\"store\",\"key\":\"models/x\"}");
    assertThat(Json.read(Json.bytes(tensor), PlannedTensor.class)).isEqualTo(tensor);
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
