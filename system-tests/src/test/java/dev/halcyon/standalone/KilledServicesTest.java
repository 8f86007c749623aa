package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.halcyon.contracts.CompareRequest;
import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.ModelSpec;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.objectstore.DirectoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The fleet: a broker, a shared store, each service in a JVM of its own.
class KilledServicesTest {
  private static final int LAYERS = 200;
  private static final int TENSORS = 3 * LAYERS;
  private static final List<String> SERVICES =
      List.of("fetcher", "similarity-worker", "aggregator", "plotter");

  @TempDir private Path folder;
  private final ObjectMapper mapper = new ObjectMapper();

  /// The same content through the one-JVM command, undisturbed, and through a fleet whose services
  /// are killed in mid-job.
  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void killingEachServiceInTheMiddleOfAJobChangesNothingInTheReport() throws Exception {
    List<Path> models = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      models.add(RandomModels.write(folder.resolve("model" + i), LAYERS, i));
    }
    Path undisturbed = compareByCommand(models);
    Path disturbed = compareByFleet(models);

    assertThat(withoutRun(disturbed)).isEqualTo(withoutRun(undisturbed));
    assertThat(mapper.readTree(disturbed.toFile()).get("results")).hasSize(TENSORS);
  }

  private Path compareByCommand(List<Path> models) throws Exception {
    Path output = folder.resolve("by-command");
    List<String> command =
        ServiceProcess.command(Path.of(System.getProperty("halcyon.root"), "standalone"), Map.of());
    command.addAll(List.of("compare", "--base", models.get(0).toString()));
    command.addAll(List.of("--fine-tune", models.get(1).toString()));
    command.addAll(List.of("--fine-tune", models.get(2).toString()));
    command.addAll(List.of("--output", output.toString()));
    Path log = folder.resolve("command.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor()).as(() -> read(log)).isZero();
    return output.resolve("report.json");
  }

  private Path compareByFleet(List<Path> models) throws Exception {
    Path storeFolder = Files.createDirectories(folder.resolve("store"));
    Map<String, ServiceProcess> services = new LinkedHashMap<>();
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"))) {
      try {
        for (String name : SERVICES) {
          Map<String, String> settings = settings(broker, storeFolder, name);
          services.put(name, ServiceProcess.start(name, settings, folder));
        }
        waitForTopics(broker);
        Killer killer = new Killer(services);
        JobClient.Outcome outcome =
            new JobClient(broker.bootstrapServers()).run(request(models), killer::watch);
        assertThat(outcome).as(this::logs).isInstanceOf(JobClient.Outcome.Ready.class);
        assertThat(killer.killed()).containsExactlyInAnyOrderElementsOf(SERVICES);
        JobClient.Outcome.Ready ready = (JobClient.Outcome.Ready) outcome;
        return copyReport(storeFolder, ready.jobId());
      } finally {
        for (ServiceProcess service : services.values()) {
          service.close();
        }
      }
    }
  }

  /// Kills each service once, at a turn of the job at which it has work.
  private static final class Killer {
    private final Map<String, ServiceProcess> services;
    private final Set<String> killed = new HashSet<>();

    Killer(Map<String, ServiceProcess> services) {
      this.services = new HashMap<>(services);
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
          services.get(name).killAndRestart();
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

  private static Map<String, String> settings(EmbeddedBroker broker, Path store, String service) {
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("halcyon.store.uri", store.toUri().toString());
    settings.put("halcyon.topics.work-partitions", "4");
    settings.put("halcyon.topics.job-partitions", "2");
    settings.put("halcyon.topics.replication-factor", "1");
    settings.put("quarkus.http.port", "0");
    settings.put("quarkus.http.host", "127.0.0.1");
    if (service.equals("aggregator")) {
      settings.put(
          "halcyon.aggregator.state-directory", store.resolveSibling("streams").toString());
    }
    if (service.equals("fetcher")) {
      settings.put("halcyon.fetcher.local-roots", store.getParent().toString());
    }
    return settings;
  }

  private static void waitForTopics(EmbeddedBroker broker) throws Exception {
    try (var admin =
        org.apache.kafka.clients.admin.Admin.create(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
      while (!admin.listTopics().names().get().containsAll(Set.of("job-states", "job-events"))) {
        Thread.sleep(200);
      }
    }
  }

  private static CompareRequest request(List<Path> models) {
    return new CompareRequest(
        ModelSpec.of(models.get(0).toString()),
        List.of(ModelSpec.of(models.get(1).toString()), ModelSpec.of(models.get(2).toString())),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private Path copyReport(Path storeFolder, String jobId) throws IOException {
    try (DirectoryObjectStore store = new DirectoryObjectStore(storeFolder)) {
      return Files.write(folder.resolve("by-fleet.json"), store.get(StoreKeys.report(jobId)));
    }
  }

  private String withoutRun(Path report) throws IOException {
    JsonNode tree = mapper.readTree(report.toFile());
    ((ObjectNode) tree).remove("run");
    return tree.toPrettyString();
  }

  private String logs() {
    StringBuilder logs = new StringBuilder();
    SERVICES.forEach(name -> logs.append(read(folder.resolve(name + ".log"))));
    return logs.toString();
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return log + ": " + e.getMessage();
    }
  }
}
