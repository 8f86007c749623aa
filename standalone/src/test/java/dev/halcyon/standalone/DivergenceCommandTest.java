package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `halcyon divergence` on the bundled models.
class DivergenceCommandTest {
  private static final Path MODELS = Path.of("../examples/models");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine command = Halcyon.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("divergence"));
    all.addAll(List.of(arguments));
    return command.execute(all.toArray(String[]::new));
  }

  private String model(String name) {
    return MODELS.resolve(name).toString();
  }

  @Test
  void measuresAttributesAndSaysIt() throws Exception {
    Path output = folder.resolve("results");
    int status =
        run(
            "--base",
            model("base"),
            "--fine-tune",
            model("python"),
            "--fine-tune",
            model("bible"),
            "--samples",
            "3",
            "--max-length",
            "24",
            "--objective",
            "both",
            "--alone",
            "1",
            "--fisher",
            "--threads",
            "1",
            "--output",
            output.toString());
    assertThat(status).as(err.toString()).isZero();
    try (var files = Files.list(output)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "report.html",
              "report.json",
              "divergence.csv",
              "divergence_layers.csv",
              "divergence_samples.csv",
              "divergence.png",
              "divergence.svg",
              "importance_change.png",
              "importance_change.svg");
    }
    JsonNode report = new ObjectMapper().readTree(output.resolve("report.json").toFile());
    assertThat(report.at("/divergence/fine_tunes")).hasSize(2);
    for (JsonNode fineTune : report.at("/divergence/fine_tunes")) {
      assertAddsUp(fineTune);
    }
    assertThat(out.toString())
        .contains("python moves the output by", "bible moves the output by", "usual proxy")
        .contains("Results are in");
    assertThat(Files.readAllLines(output.resolve("divergence.csv"))).hasSize(75);
  }

  private static void assertAddsUp(JsonNode fineTune) {
    double measured = fineTune.at("/measured/kl/value").asDouble();
    double sum = 0;
    for (JsonNode tensor : fineTune.at("/tensors")) {
      sum += tensor.at("/attribution/value").asDouble();
      assertThat(tensor.at("/diagonal_proxy").asDouble()).isNotNegative();
    }
    assertThat(measured).isPositive();
    JsonNode last = fineTune.at("/trials").get(fineTune.at("/trials").size() - 1);
    assertThat(measured - sum)
        .isCloseTo(last.at("/kl_residual/value").asDouble(), within(1e-9 * measured));
    JsonNode alone = fineTune.at("/alone").get(0);
    assertThat(alone.at("/only/value").asDouble()).isPositive().isLessThan(2 * measured);
    assertThat(alone.at("/all_but/value").asDouble()).isPositive();
  }

  @Test
  void theSameModelDivergesByNothing() throws Exception {
    Path output = folder.resolve("same");
    int status =
        run(
            "--base",
            model("base"),
            "--fine-tune",
            model("base"),
            "--samples",
            "2",
            "--max-length",
            "16",
            "--threads",
            "1",
            "-q",
            "--output",
            output.toString());
    assertThat(status).as(err.toString()).isZero();
    JsonNode report = new ObjectMapper().readTree(output.resolve("report.json").toFile());
    JsonNode fineTune = report.at("/divergence/fine_tunes/0");
    assertThat(fineTune.at("/measured/kl/value").asDouble()).isZero();
    assertThat(fineTune.at("/attributed/attribution/value").asDouble()).isZero();
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void wrongUseIsSaid() {
    assertThat(run("--base", model("base"))).isEqualTo(ExitCode.USAGE.status());
    assertThat(run("--base", model("base"), "--fine-tune", model("bible"), "--nodes", "9"))
        .isEqualTo(ExitCode.USAGE.status());
    assertThat(err.toString()).contains("--nodes takes auto or a number from 1 to 8, not 9");
  }

  @Test
  void badInputIsNamed() throws Exception {
    assertThat(run("--base", "nowhere", "--fine-tune", model("bible")))
        .isEqualTo(ExitCode.BAD_INPUT.status());
    assertThat(err.toString()).contains("nowhere");
    Path other = Files.createDirectories(folder.resolve("other"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(MODELS.resolve("bible").resolve(file), other.resolve(file));
    }
    String config = Files.readString(other.resolve("config.json"));
    Files.writeString(
        other.resolve("config.json"),
        config.replaceFirst("\"rms_norm_eps\": [^,]*", "\"rms_norm_eps\": 0.5"));
    assertThat(
            run(
                "--base",
                model("base"),
                "--fine-tune",
                other.toString(),
                "--output",
                folder + "/o"))
        .isEqualTo(ExitCode.BAD_INPUT.status());
    assertThat(err.toString()).contains(other.toString(), "another computation than the base's");
  }
}
