package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.hub.fixture.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The command with models on the Hub.
class HubModelsTest {
  private static final int LAYERS = 20;
  private static final int TENSORS = 3 * LAYERS;
  private static final int BAD_INPUT = 3;

  @TempDir private Path folder;
  private final ObjectMapper mapper = new ObjectMapper();
  private final List<Path> models = new ArrayList<>();
  private HubServer server;

  @BeforeEach
  void start() throws IOException {
    server = HubServer.start();
    for (int i = 0; i < 3; i++) {
      models.add(RandomModels.write(folder.resolve("model" + i), LAYERS, i));
      server.model("org/model" + i, models.get(i));
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void modelsOnTheHubGiveTheReportOfLocalFoldersAndTravelOnce() throws Exception {
    Path local =
        compare("local", models.get(0).toString(), models.get(1).toString(), models.get(2) + "/");
    Path remote = compare("remote", "org/model0", "org/model1@main", "hf:org/model2");

    assertThat(content(remote)).isEqualTo(content(local));
    assertThat(mapper.readTree(remote.toFile()).get("results")).hasSize(TENSORS);
    long tensorBytes = mapper.readTree(remote.toFile()).at("/plan/bytes").asLong();
    assertThat(server.bytesFromCdn()).isGreaterThan(tensorBytes);

    server.forgetRequests();
    Path again = compare("again", "org/model0", "org/model2", "org/model1");
    assertThat(mapper.readTree(again.toFile()).get("results")).hasSize(TENSORS);
    assertThat(server.bytesFromCdn()).isLessThan(tensorBytes / 10);
  }

  @Test
  void aGatedModelNamesThePageOnWhichToAcceptItsTerms() throws Exception {
    server.add(Repository.model("org/gated", models.get(1)).access(Repository.Access.GATED));

    assertThat(run("gated", "org/model0", "org/gated")).isEqualTo(BAD_INPUT);
    assertThat(Files.readString(log("gated")))
        .contains("accept its terms at " + server.endpoint() + "/org/gated")
        .doesNotContain("\tat ");
  }

  private Path compare(String name, String... sources) throws Exception {
    assertThat(run(name, sources)).as(() -> read(log(name))).isZero();
    return folder.resolve(name).resolve("report.json");
  }

  private int run(String name, String... sources) throws Exception {
    List<String> command = ServiceProcess.server(Map.of());
    command.addAll(List.of("compare", "--base", sources[0]));
    for (int i = 1; i < sources.length; i++) {
      command.addAll(List.of("--fine-tune", sources[i]));
    }
    command.addAll(List.of("--output", folder.resolve(name).toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log(name).toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("HF_"));
    builder.environment().put("HF_ENDPOINT", server.endpoint().toString());
    builder.environment().put("HF_HOME", folder.resolve("hf").toString());
    builder.environment().put("HALCYON_CACHE", folder.resolve("cache").toString());
    return builder.start().waitFor();
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  /// The report without what names the run and where models came from.
  private String content(Path report) throws IOException {
    ObjectNode tree = (ObjectNode) mapper.readTree(report.toFile());
    tree.remove(List.of("run", "job_id"));
    for (JsonNode model : tree.get("models")) {
      ((ObjectNode) model).remove("fingerprint");
    }
    return tree.toPrettyString();
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return log + ": " + e.getMessage();
    }
  }
}
