package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.contracts.Analysis;
import dev.halcyon.contracts.CompareRequest;
import dev.halcyon.contracts.FisherSettings;
import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.ModelSpec;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.objectstore.DirectoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Fisher information through the one-JVM command, and through a fleet with two workers of which
/// one is killed at work.
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
        CommandProcess.run(
            folder,
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
    Path storeFolder = Files.createDirectories(folder.resolve("store"));
    List<ServiceProcess> services = new ArrayList<>();
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
      try {
        for (String name : List.of("fetcher", "similarity-worker", "aggregator", "plotter")) {
          services.add(start(broker, storeFolder, name, name));
        }
        ServiceProcess victim = start(broker, storeFolder, "fisher-worker", "victim");
        services.add(victim);
        services.add(start(broker, storeFolder, "fisher-worker", "other"));
        waitForTopics(broker);
        Killer killer = new Killer(victim);
        JobClient.Outcome outcome =
            new JobClient(broker.bootstrapServers()).run(request(), killer::watch);
        assertThat(outcome).as(this::logs).isInstanceOf(JobClient.Outcome.Ready.class);
        assertThat(killer.killed).isTrue();
        return report(storeFolder, ((JobClient.Outcome.Ready) outcome).jobId());
      } finally {
        services.forEach(ServiceProcess::close);
      }
    }
  }

  /// Kills a worker once the model's first layers are done.
  private static final class Killer {
    private final ServiceProcess victim;
    private boolean killed;

    Killer(ServiceProcess victim) {
      this.victim = victim;
    }

    void watch(JobState state) {
      boolean begun =
          state.stages().stream()
              .anyMatch(stage -> stage.stage().equals("fisher base") && stage.done() > 0);
      if (begun && !killed) {
        killed = true;
        try {
          victim.killAndRestart();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private ServiceProcess start(EmbeddedBroker broker, Path store, String name, String log)
      throws IOException {
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("halcyon.store.uri", store.toUri().toString());
    settings.put("halcyon.topics.work-partitions", "4");
    settings.put("halcyon.topics.job-partitions", "2");
    settings.put("halcyon.topics.replication-factor", "1");
    settings.put("halcyon.fisher.threads", "1");
    settings.put("quarkus.http.port", "0");
    settings.put("quarkus.http.host", "127.0.0.1");
    settings.put("halcyon.aggregator.state-directory", folder.resolve("streams").toString());
    settings.put("halcyon.fetcher.local-roots", ROOT.toAbsolutePath().toString());
    return ServiceProcess.start(name, settings, Files.createDirectories(folder.resolve(log)));
  }

  private static CompareRequest request() {
    FisherSettings settings =
        new FisherSettings(
            List.of("base"),
            Optional.empty(),
            Optional.empty(),
            null,
            SAMPLES,
            null,
            null,
            null,
            null,
            null,
            null,
            2,
            Optional.empty(),
            RANGES);
    return new CompareRequest(
        ModelSpec.of(model("base").toString()),
        List.of(ModelSpec.of(model("python").toString())),
        List.of(Analysis.SIMILARITY, Analysis.FISHER),
        List.of(),
        Optional.empty(),
        Optional.of(settings),
        Optional.empty());
  }

  private static void waitForTopics(EmbeddedBroker broker) throws Exception {
    try (Admin admin =
        Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
      while (!admin
          .listTopics()
          .names()
          .get()
          .containsAll(Set.of("job-states", "job-events", "fisher-tasks", "fisher-results"))) {
        Thread.sleep(200);
      }
    }
  }

  private JsonNode report(Path storeFolder, String jobId) throws IOException {
    try (DirectoryObjectStore store = new DirectoryObjectStore(storeFolder)) {
      return mapper.readTree(store.get(StoreKeys.report(jobId)));
    }
  }

  private String logs() {
    StringBuilder logs = new StringBuilder();
    try (var files = Files.walk(folder)) {
      for (Path log : files.filter(file -> file.toString().endsWith(".log")).toList()) {
        logs.append(log).append(": ").append(Files.readString(log));
      }
    } catch (IOException e) {
      logs.append(e.getMessage());
    }
    return logs.toString();
  }
}
