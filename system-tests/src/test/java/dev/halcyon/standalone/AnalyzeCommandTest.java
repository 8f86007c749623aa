package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `analyze` in a process of its own, on the bundled models.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class AnalyzeCommandTest {
  private static final Path MODELS =
      Path.of(System.getProperty("halcyon.root")).toAbsolutePath().resolve("examples/models");

  @TempDir private Path folder;

  @Test
  void oneFineTuneHasAllFilesOfTheReferenceWithTheirKeys() throws Exception {
    CommandProcess.Ended ended = run("--fine-tune", model("python"), "--fail-if", "kl > 1e9");

    assertThat(ended.status()).as(ended::err).isZero();
    for (String file :
        List.of(
            "report.json",
            "similarity_results.csv",
            "divergence.csv",
            "fisher/base/layer_importance.json",
            "fisher/ft1/layer_importance.json",
            "base_layer_importance.json",
            "instruct_layer_importance.json",
            "task_vector_layer_importance.json",
            "task_vector_analysis.json",
            "analysis_layers.csv")) {
      assertThat(results(file)).as(file).isNotEmptyFile();
    }
    assertThat(fields(json("model_info.json")))
        .contains(
            "base_model", "instruct_model", "device", "total_parameters", "calculation_timestamp");
    for (String file : List.of("fisher_comparison.json", "task_vector_fisher_comparison.json")) {
      JsonNode comparison = json(file);
      assertThat(fields(comparison))
          .containsExactly(
              "base_total_fisher",
              "instruct_total_fisher",
              "fisher_ratio",
              "layer_comparison",
              "parameter_comparison");
      assertThat(fields(comparison.at("/layer_comparison/layer_0")))
          .containsExactly("base_importance", "instruct_importance", "difference", "ratio");
      assertThat(fields(comparison.at("/parameter_comparison/0")))
          .containsExactly("parameter", "base_fisher", "instruct_fisher", "difference", "ratio");
    }
    assertThat(ended.out())
        .contains(
            "the weights changed by", "Most of the divergence goes through", "matters", "effect");
  }

  @Test
  void sharesOfTheTaskVectorAreThoseOfTheDiagonalProxy() throws Exception {
    assertThat(run("--fine-tune", model("python"), "-q").status()).isZero();

    JsonNode fineTune = json("report.json").at("/divergence/fine_tunes/0");
    double whole = fineTune.at("/attributed/diagonal_proxy").doubleValue();
    JsonNode comparison = json("task_vector_fisher_comparison.json");
    assertThat(comparison.get("instruct_total_fisher").doubleValue())
        .isCloseTo(2 * whole, within(1e-9 * whole));
    for (JsonNode layer : fineTune.get("layers")) {
      double share =
          comparison
              .get("layer_comparison")
              .get(layer.get("name").asText())
              .get("instruct_importance")
              .doubleValue();
      assertThat(share).isCloseTo(layer.get("diagonal_proxy").doubleValue() / whole, within(1e-9));
    }
  }

  @Test
  void severalFineTunesHaveFoldersOfTheirOwn() throws Exception {
    CommandProcess.Ended ended =
        run(
            "--fine-tune",
            model("python"),
            "--fine-tune",
            model("bible"),
            "--label",
            "base",
            "--label",
            "code",
            "--label",
            "prose",
            "--fail-if",
            "kl > 1e-6 and changed(embeddings)");

    assertThat(ended.status()).as(ended::err).isEqualTo(5);
    assertThat(ended.err()).contains("halcyon: --fail-if holds: kl > 1e-6 (");
    assertThat(ended.out()).contains("code: changed", "prose: changed");
    assertThat(results("ft1/fisher_comparison.json")).isNotEmptyFile();
    assertThat(results("ft2/task_vector_analysis.json")).isNotEmptyFile();
    assertThat(Files.exists(results("fisher_comparison.json"))).isFalse();
  }

  @Test
  void wrongUseIsRefused() throws Exception {
    assertThat(run().status()).isEqualTo(2);
    assertThat(run("--fine-tune", model("python"), "--nodes", "9").status()).isEqualTo(2);
    assertThat(run("--fine-tune", "nowhere").status()).isEqualTo(3);
    assertThat(run("--fine-tune", model("python"), "--calibration", "none.txt").status())
        .isEqualTo(3);
    assertThat(folder.resolve("results")).doesNotExist();
  }

  private CommandProcess.Ended run(String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("analyze", "--base", model("base")));
    arguments.addAll(List.of("--samples", "3", "--max-length", "32"));
    arguments.addAll(List.of("--output", folder.resolve("results").toString()));
    Collections.addAll(arguments, more);
    return CommandHere.run(arguments.toArray(String[]::new));
  }

  private Path results(String name) {
    return folder.resolve("results").resolve(name);
  }

  private JsonNode json(String name) throws Exception {
    return new ObjectMapper().readTree(results(name).toFile());
  }

  private static List<String> fields(JsonNode node) {
    List<String> fields = new ArrayList<>();
    node.fieldNames().forEachRemaining(fields::add);
    return fields;
  }

  private static String model(String name) {
    return MODELS.resolve(name).toString();
  }
}
