package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.tensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `task-vector` in a process of its own.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TaskVectorCommandTest {
  private static final Path MODELS =
      Path.of(System.getProperty("halcyon.root")).toAbsolutePath().resolve("examples/models");

  @TempDir private Path folder;

  @Test
  void theTaskVectorOfTheBundledModelsIsWrittenWithItsNumbers() throws Exception {
    CommandProcess.Ended ended = run("--fine-tune", model("python"));

    assertThat(ended.status()).as(ended::err).isZero();
    try (SafetensorsFile vector = SafetensorsFile.open(results("task_vector.safetensors"));
        SafetensorsFile base = SafetensorsFile.open(MODELS.resolve("base/model.safetensors"))) {
      assertThat(vector.header().entries().keySet())
          .containsExactlyInAnyOrderElementsOf(base.header().entries().keySet());
    }
    JsonNode analysis = json("task_vector_analysis.json");
    assertThat(fields(analysis))
        .containsExactly("total_parameters", "parameter_stats", "layer_stats", "overall_stats");
    assertThat(fields(analysis.get("layer_stats").get("layer_0")))
        .contains("total_norm", "mean_norm", "max_norm", "parameter_count");
    assertThat(fields(json("model_info.json")))
        .startsWith(
            "base_model", "instruct_model", "device", "total_parameters", "calculation_timestamp");
    assertThat(ended.out()).contains("most changed", "Results are in");
  }

  @Test
  void aTorchArchiveHoldsOneEntryForEachTensor() throws Exception {
    CommandProcess.Ended ended = run("--fine-tune", model("bible"), "--save", "pt", "-q");

    assertThat(ended.status()).as(ended::err).isZero();
    assertThat(ended.out() + ended.err()).isEmpty();
    int tensors = json("model_info.json").get("total_parameters").intValue();
    try (ZipFile archive = new ZipFile(results("task_vector.pt").toFile())) {
      assertThat(archive.size()).isEqualTo(tensors + 3);
    }
  }

  @Test
  void anAdapterHasATaskVector() throws Exception {
    CommandProcess.Ended ended = run("--fine-tune", model("python-lora"), "--save", "none", "-q");

    assertThat(ended.status()).as(ended::err).isZero();
    JsonNode stats = json("task_vector_analysis.json").get("parameter_stats");
    assertThat(stats.get("model.layers.0.self_attn.q_proj.weight").get("norm").doubleValue())
        .isPositive();
    assertThat(stats.get("model.layers.0.self_attn.k_proj.weight").get("norm").doubleValue())
        .isZero();
    assertThat(folder.resolve("results")).isDirectoryNotContaining("glob:**.safetensors");
  }

  @Test
  void aFineTuneIsRestoredBitForBit() throws Exception {
    CommandProcess.Ended made = run("--fine-tune", model("python"), "--sparse");
    assertThat(made.status()).as(made::err).isZero();

    CommandProcess.Ended restored =
        CommandProcess.run(
            folder,
            "task-vector",
            "--apply",
            results("task_vector_sparse.safetensors").toString(),
            "--base",
            model("base"),
            "--output",
            folder.resolve("restored").toString());

    assertThat(restored.status()).as(restored::err).isZero();
    for (String file : List.of("model.safetensors", "config.json", "tokenizer.json")) {
      assertThat(folder.resolve("restored").resolve(file))
          .hasSameBinaryContentAs(MODELS.resolve("python").resolve(file));
    }
  }

  @Test
  void anotherBaseIsRefusedAndNothingIsLeft() throws Exception {
    String base = RandomModels.write(folder.resolve("base"), 2, 0).toString();
    String tuned = RandomModels.write(folder.resolve("tuned"), 2, 1).toString();
    String other = RandomModels.write(folder.resolve("other"), 2, 2).toString();
    CommandProcess.Ended made =
        CommandProcess.run(
            folder, "task-vector", "--base", base, "--fine-tune", tuned, "--sparse", "-q");
    assertThat(made.status()).as(made::err).isZero();

    CommandProcess.Ended ended =
        CommandProcess.run(
            folder,
            "task-vector",
            "--apply",
            "task_vectors/task_vector_sparse.safetensors",
            "--base",
            other,
            "--output",
            "restored",
            "-q");

    assertThat(ended.status()).isEqualTo(3);
    assertThat(ended.err()).contains("is not the base that it was made from").hasLineCount(1);
    assertThat(folder.resolve("restored")).doesNotExist();
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void wrongUseIsRefused() throws Exception {
    assertThat(run("-q").status()).isEqualTo(2);
    assertThat(run("--fine-tune", model("python"), "--sparse", "--save", "pt").status())
        .isEqualTo(2);
    assertThat(run("--fine-tune", "nowhere").status()).isEqualTo(3);
    assertThat(run("--fine-tune", model("python-lora"), "--sparse").status()).isEqualTo(3);
    assertThat(folder.resolve("results")).doesNotExist();
  }

  private CommandProcess.Ended run(String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("task-vector", "--base", model("base")));
    arguments.addAll(List.of("--output", folder.resolve("results").toString()));
    Collections.addAll(arguments, more);
    return CommandProcess.run(folder, arguments.toArray(String[]::new));
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
