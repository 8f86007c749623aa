package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.CalibrationSettings;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.FisherSettings;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.objectstore.DirectoryObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Fisher information through the command, and through a fleet with two workers of which one is
/// killed at work.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class FisherFleetTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final int SAMPLES = 12;
  private static final int RANGES = 4;
  private static final double TOLERANCE = 1e-5;

  @TempDir private Path folder;
  private final ObjectMapper mapper = new ObjectMapper();

  private static Path model(String name) {
    return ROOT.resolve("examples/models").resolve(name).toAbsolutePath();
  }

  @Test
  void rangesOnSeveralWorkersAndAKilledOneGiveWhatOneCommandGives() throws Exception {
    JsonNode alone = byCommand();
    JsonNode fleet = byFleet().get("fisher").get(0).get("report");

    assertThat(fleet.get("samples")).hasSize(SAMPLES);
    assertThat(fleet.get("calibration")).isEqualTo(alone.get("calibration"));
    assertThat(fleet.get("parameters")).hasSameSizeAs(alone.get("parameters"));
    double total = alone.at("/total/sum").asDouble();
    assertThat(fleet.at("/total/sum").asDouble()).isCloseTo(total, within(TOLERANCE * total));
    for (int i = 0; i < alone.get("parameters").size(); i++) {
      JsonNode one = alone.get("parameters").get(i);
      JsonNode other = fleet.get("parameters").get(i);
      assertThat(other.get("parameter")).isEqualTo(one.get("parameter"));
      double sum = one.at("/amount/sum").asDouble();
      assertThat(other.at("/amount/sum").asDouble()).isCloseTo(sum, within(TOLERANCE * sum));
    }
  }

  private JsonNode byCommand() throws Exception {
    CommandProcess.Ended ended =
        CommandHere.run(
            "fisher",
            "--model",
            model("base").toString(),
            "--samples",
            "" + SAMPLES,
            "--batch-size",
            "5",
            "--chunks",
            "2",
            "--save-diagonal",
            "pt",
            "--output",
            folder.resolve("alone").toString());
    assertThat(ended.status()).as(ended::err).isZero();
    assertThat(ended.err())
        .as("8 layers, forward and backward, for three batches")
        .contains("48 of 48");
    assertThat(ended.out()).contains("Fisher information of base: 1837184 parameters, 12 samples");
    assertThat(folder.resolve("alone"))
        .isDirectoryContaining("glob:**/layer_importance.json")
        .isDirectoryContaining("glob:**/component_importance.json")
        .isDirectoryContaining("glob:**/summary.json")
        .isDirectoryContaining("glob:**/fisher_layers.csv")
        .isDirectoryContaining("glob:**/fisher_parameters.csv")
        .isDirectoryContaining("glob:**/fisher_samples.csv")
        .isDirectoryContaining("glob:**/fisher_chunks.csv")
        .isDirectoryContaining("glob:**/fisher_importance.png")
        .isDirectoryContaining("glob:**/fisher_importance.svg")
        .isDirectoryContaining("glob:**/fisher_diagonal.pt");
    return mapper
        .readTree(folder.resolve("alone/report.json").toFile())
        .get("fisher")
        .get(0)
        .get("report");
  }

  private JsonNode byFleet() throws Exception {
    try (Fleet fleet = Fleet.start(folder, Map.of())) {
      Map<String, String> settings =
          Map.of(
              "halcyon.fisher.threads",
              "1",
              "halcyon.fetcher.local-roots",
              ROOT.toAbsolutePath().toString());
      for (String name : List.of("fetcher", "similarity-worker", "aggregator", "plotter")) {
        fleet.add(name, settings);
      }
      fleet.add("fisher-worker", "victim", settings);
      fleet.add("fisher-worker", "other", settings);
      fleet.awaitStart();
      Killer killer = new Killer(fleet);
      JobOutcome outcome = new JobClient(fleet.bootstrapServers()).run(request(), killer::watch);
      assertThat(outcome).as(fleet::logs).isInstanceOf(JobOutcome.Ready.class);
      assertThat(killer.killed).isTrue();
      return report(fleet, ((JobOutcome.Ready) outcome).jobId());
    }
  }

  /// Kills a worker once the model's first layers are done.
  private static final class Killer {
    private final Fleet fleet;
    private boolean killed;

    Killer(Fleet fleet) {
      this.fleet = fleet;
    }

    void watch(JobState state) {
      boolean begun =
          state.stages().stream()
              .anyMatch(stage -> stage.stage().equals("fisher base") && stage.done() > 0);
      if (begun && !killed) {
        killed = true;
        fleet.kill("victim");
      }
    }
  }

  private static CompareRequest request() {
    FisherSettings settings =
        new FisherSettings(
            List.of("base"),
            CalibrationSettings.builtIn(SAMPLES, null),
            null,
            2,
            Optional.empty(),
            RANGES,
            null);
    return new CompareRequest(
        ModelSpec.of(model("base").toString()),
        List.of(ModelSpec.of(model("python").toString())),
        List.of(Analysis.SIMILARITY, Analysis.FISHER),
        List.of(),
        Optional.empty(),
        Optional.of(settings),
        Optional.empty());
  }

  private JsonNode report(Fleet fleet, String jobId) throws IOException {
    try (DirectoryObjectStore store = new DirectoryObjectStore(fleet.store())) {
      return mapper.readTree(store.get(StoreKeys.report(jobId)));
    }
  }
}
