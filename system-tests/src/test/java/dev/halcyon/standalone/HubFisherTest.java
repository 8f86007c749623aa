package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.hub.DatasetServer;
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

/// The `calibration` and `fisher` commands with data sets and models that a local Hub serves;
/// `tools/hub/make_datasets.py` makes them.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HubFisherTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final Path DATASETS = ROOT.resolve("libs/hub/src/test/resources/datasets");
  private static final int BAD_INPUT = 3;
  private static final long MOST_HEADER_BYTES = 50_000;

  @TempDir private Path folder;
  private final ObjectMapper mapper = new ObjectMapper();
  private HubServer server;

  @BeforeEach
  void start() throws IOException {
    server = HubServer.start();
    server.add(dataset("openai/openai_humaneval"));
    server.add(
        Repository.dataset("bigcode/the-stack", DATASETS.resolve("bigcode/the-stack/main"))
            .access(Repository.Access.GATED));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Repository dataset(String name) {
    Path folder = DATASETS.resolve(name);
    return Repository.dataset(name, folder.resolve("main"))
        .revision(DatasetServer.PARQUET_REVISION, folder.resolve("parquet"))
        .rows(folder.resolve("rows"));
  }

  @Test
  void textsAreWrittenAsTheyAreAndCounted() throws Exception {
    assertThat(run("calibration", "--dataset", "humaneval", "--samples", "5")).isZero();

    assertThat(said()).contains("openai/openai_humaneval openai_humaneval/test: 5 samples");
    List<String> lines = Files.readAllLines(folder.resolve("calibration.jsonl"));
    assertThat(lines).hasSize(5);
    assertThat(mapper.readTree(lines.getFirst()).get("text").asText()).contains("\n    ");
  }

  @Test
  void aTextFileHasATextALine() throws Exception {
    assertThat(
            run("calibration", "--dataset", "humaneval", "--samples", "5", "--output", "some.txt"))
        .isZero();

    assertThat(Files.readAllLines(folder.resolve("some.txt"))).hasSize(5);
  }

  @Test
  void aGatedDataSetNamesThePageOnWhichToAcceptItsTerms() throws Exception {
    assertThat(run("calibration", "--dataset", "the-stack")).isEqualTo(BAD_INPUT);

    assertThat(said()).contains(server.endpoint() + "/datasets/bigcode/the-stack");
    assertThat(folder.resolve("calibration.jsonl")).doesNotExist();
  }

  @Test
  void fisherTakesADataSetByItsName() throws Exception {
    assertThat(
            run(
                "fisher",
                "--model",
                model("base").toString(),
                "--calibration",
                "humaneval",
                "--samples",
                "3"))
        .as(this::said)
        .isZero();

    assertThat(Files.readAllLines(folder.resolve("fisher_results/fisher_samples.csv"))).hasSize(4);
    assertThat(said()).contains("humaneval.jsonl");
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void fisherTakesAModelOfTheHubAndFetchesItOnce() throws Exception {
    Path model = model("base");
    server.model("org/base", model);
    String[] options = {"--samples", "3", "--max-length", "32"};
    assertThat(run(with(options, "fisher", "--model", model.toString(), "--output", "local")))
        .as(this::said)
        .isZero();
    assertThat(run(with(options, "fisher", "--model", "org/base", "--output", "remote")))
        .as(this::said)
        .isZero();
    assertThat(said())
        .contains("fetch base: ")
        .contains("Fisher information of org/base: 1837184 parameters, 3 samples");

    assertThat(folder.resolve("remote/fisher_parameters.csv"))
        .hasSameBinaryContentAs(folder.resolve("local/fisher_parameters.csv"));
    server.forgetRequests();
    assertThat(run(with(options, "fisher", "--model", "org/base", "--output", "again"))).isZero();
    assertThat(server.bytesFromCdn()).isLessThan(MOST_HEADER_BYTES);
    assertThat(folder.resolve("again/fisher_parameters.csv"))
        .hasSameBinaryContentAs(folder.resolve("local/fisher_parameters.csv"));
  }

  @Test
  void compareTakesAllAnalysesOfModelsOnTheHub() throws Exception {
    for (String name : List.of("base", "python")) {
      server.model("org/" + name, model(name));
    }
    JsonNode local = compare("local", model("base").toString(), model("python").toString());
    JsonNode remote = compare("remote", "org/base", "org/python@main");

    assertThat(remote.get("results")).isEqualTo(local.get("results"));
    for (String name : List.of("base", "ft1")) {
      String parameters = "fisher/" + name + "/fisher_parameters.csv";
      assertThat(folder.resolve("remote").resolve(parameters))
          .hasSameBinaryContentAs(folder.resolve("local").resolve(parameters));
    }
    assertThat(remote.at("/divergence/fine_tunes/0/model/digest").asText())
        .startsWith("org/python@");
    for (String file : List.of("divergence_layers.csv", "divergence_samples.csv")) {
      assertThat(folder.resolve("remote").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("local").resolve(file));
    }
    assertThat(remote.at("/divergence/fine_tunes/0/tensors"))
        .isNotEmpty()
        .isEqualTo(local.at("/divergence/fine_tunes/0/tensors"));
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
  }

  private static Path model(String name) {
    return ROOT.resolve("examples/models").resolve(name).toAbsolutePath();
  }

  private JsonNode compare(String output, String base, String tuned) throws Exception {
    Files.writeString(
        folder.resolve("request.json"),
        """
        {"base": "%s", "fine_tunes": ["%s"], "analyses": ["similarity", "fisher", "divergence"],
         "fisher": {"calibration": "humaneval", "samples": 3, "max_length": 32},
         "divergence": {"samples": 3, "max_length": 32, "nodes": 2}}
        """
            .formatted(base, tuned));
    assertThat(run("compare", "--request", "request.json", "--output", output))
        .as(this::said)
        .isZero();
    return mapper.readTree(folder.resolve(output).resolve("report.json").toFile());
  }

  private static String[] with(String[] options, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  private int run(String... arguments) throws Exception {
    Path temporary = Files.createDirectories(folder.resolve("tmp"));
    List<String> command = ServiceProcess.halcyon(Map.of("java.io.tmpdir", temporary.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said.log").toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("HF_"));
    builder.environment().put("HF_ENDPOINT", server.endpoint().toString());
    builder.environment().put("HF_HOME", folder.resolve("hf").toString());
    builder.environment().put("HALCYON_CACHE", folder.resolve("cache").toString());
    builder.environment().put("HALCYON_DATASETS_SERVER", server.endpoint().toString());
    return builder.start().waitFor();
  }

  private String said() {
    try {
      return Files.readString(folder.resolve("said.log"));
    } catch (IOException e) {
      return e.getMessage();
    }
  }
}
