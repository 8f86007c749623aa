package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command with the bundled LoRA adapter, against what PEFT merges in float64
/// (`tools/golden/lora_golden.py --example`).
class AdapterCommandTest {
  private static final Path MODELS =
      Path.of(System.getProperty("halcyon.root"), "examples/models").toAbsolutePath();
  private static final int BAD_INPUT = 3;

  @TempDir private Path folder;

  private static String model(String name) {
    return MODELS.resolve(name).toString();
  }

  private CommandProcess.Ended compare(String base, String... fineTunes) throws Exception {
    String[] arguments = new String[5 + 2 * fineTunes.length];
    arguments[0] = "compare";
    arguments[1] = "--base";
    arguments[2] = model(base);
    arguments[3] = "--output";
    arguments[4] = folder.resolve("out").toString();
    for (int i = 0; i < fineTunes.length; i++) {
      arguments[5 + 2 * i] = "--fine-tune";
      arguments[6 + 2 * i] = model(fineTunes[i]);
    }
    return CommandHere.run(arguments);
  }

  @Test
  void anAdapterBesideAFullFineTuneIsComparedAsItsMergedModel() throws Exception {
    CommandProcess.Ended ended = compare("base", "python-lora", "python");

    assertThat(ended.status()).as(ended.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(folder.resolve("out/report.json").toFile());
    JsonNode expected = expected();
    SoftAssertions softly = new SoftAssertions();
    int changed = 0;
    for (JsonNode row : report.get("results")) {
      JsonNode numbers = expected.get(row.get("tensor_key").asText());
      if (numbers == null) {
        checkUntouched(softly, row);
      } else {
        changed++;
        checkChanged(softly, row, numbers);
      }
    }
    softly.assertAll();
    assertThat(changed).isEqualTo(expected.size());
    assertThat(report.get("skipped")).isEmpty();
    assertThat(Files.readString(folder.resolve("out/similarity_results.csv")))
        .contains("not touched by the adapters of ft1");
  }

  private static void checkChanged(SoftAssertions softly, JsonNode row, JsonNode expected) {
    String tensor = row.get("tensor_key").asText();
    JsonNode similarity = row.get("similarity");
    double distance = expected.get("distance").asDouble();
    softly
        .assertThat(similarity.at("/pairs/0/distance").asDouble())
        .as("%s distance", tensor)
        .isCloseTo(distance, within(1e-9 + 1e-5 * distance));
    double relative = expected.get("relative_change").asDouble();
    softly
        .assertThat(similarity.at("/changes/0/relative_change").asDouble())
        .as("%s relative change", tensor)
        .isCloseTo(relative, within(1e-9 + 1e-5 * relative));
    softly
        .assertThat(similarity.at("/change_pairs/0/cosine").asDouble())
        .as("%s task cosine", tensor)
        .isCloseTo(expected.at("/task/cosine").asDouble(), within(1e-5));
    softly.assertThat(row.has("note")).as("%s note", tensor).isFalse();
  }

  private static void checkUntouched(SoftAssertions softly, JsonNode row) {
    String tensor = row.get("tensor_key").asText();
    JsonNode similarity = row.get("similarity");
    softly.assertThat(similarity.at("/pairs/0/distance").asDouble()).as(tensor).isZero();
    softly.assertThat(similarity.at("/changes/0/identical").asDouble()).as(tensor).isEqualTo(1);
    softly
        .assertThat(similarity.at("/pairs/2/distance").asDouble())
        .as("%s ft1_vs_ft2", tensor)
        .isEqualTo(similarity.at("/pairs/1/distance").asDouble())
        .isPositive();
    softly.assertThat(row.get("note").asText()).as(tensor).contains("not touched");
  }

  @Test
  void ofATensorThatNoAdapterTouchesNothingIsRead() throws Exception {
    CommandProcess.Ended ended = compare("base", "python-lora");

    assertThat(ended.status()).as(ended.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(folder.resolve("out/report.json").toFile());
    long base = report.at("/models/0/bytes").asLong();
    assertThat(report.at("/plan/bytes").asLong()).isPositive().isLessThan(base / 2);
    assertThat(report.at("/plan/tensors").asLong())
        .isEqualTo(report.at("/models/0/tensors").asLong());
  }

  @Test
  void anAdapterAloneIsNoModel() throws Exception {
    CommandProcess.Ended fisher = CommandHere.run("fisher", "--model", model("python-lora"));
    CommandProcess.Ended base = compare("python-lora", "python");

    for (CommandProcess.Ended ended : new CommandProcess.Ended[] {fisher, base}) {
      assertThat(ended.status()).isEqualTo(BAD_INPUT);
      assertThat(ended.err())
          .contains("python-lora")
          .contains("is a LoRA (PEFT) adapter, a change of a base model");
    }
  }

  private static JsonNode expected() throws IOException {
    try (InputStream json = AdapterCommandTest.class.getResourceAsStream("adapter.json")) {
      return new ObjectMapper().readTree(json);
    }
  }
}
