package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `halcyon divergence` with a GGUF file as the changed model. `tools/golden/gguf_golden.py` writes
/// the file, and the values that llama.cpp's own package reads from it as safetensors.
class GgufDivergenceTest {
  private static final int ATTRIBUTION = 6;

  @TempDir Path folder;

  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine command = Halcyon.commandLine();
    command.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err));
    return command.execute(arguments);
  }

  private Path divergence(Path changed) throws Exception {
    Path texts =
        Files.writeString(
            folder.resolve("texts.txt"),
            """
            the quick brown fox jumps over the lazy dog
            in the beginning there was a model, and it was small
            """);
    Path results = folder.resolve("of-" + changed.getFileName());
    int status =
        run(
            "divergence",
            "--base",
            golden("base").toString(),
            "--fine-tune",
            changed.toString(),
            "--calibration",
            texts.toString(),
            "--fisher",
            "--alone",
            "1",
            "--threads",
            "1",
            "-q",
            "--output",
            results.toString());
    assertThat(status).as(err.toString()).isZero();
    return results;
  }

  @Test
  void isThatOfTheDequantizedValues() throws Exception {
    Path ofFile = divergence(golden("quantized.gguf"));
    Path ofValues = divergence(dequantized());

    for (String file :
        List.of("divergence.csv", "divergence_layers.csv", "divergence_samples.csv")) {
      assertThat(ofFile.resolve(file)).hasSameTextualContentAs(ofValues.resolve(file));
    }
  }

  @Test
  void theTensorsOfTheLargestPartsGetMoreBits() throws Exception {
    Path results = divergence(golden("quantized.gguf"));
    Path types = folder.resolve("types.txt");

    assertThat(
            run(
                "export",
                "--from",
                results.toString(),
                "--to",
                "llama.cpp",
                "--threshold",
                "1",
                "--output",
                types.toString()))
        .as(err.toString())
        .isZero();

    assertThat(mostDivergent(results)).startsWith("model.embed_tokens.weight");
    assertThat(Files.readAllLines(types)).contains("^token_embd\\.weight$=q8_0");
    assertThat(Files.readString(types)).doesNotContain("ffn_up");
  }

  /// The row of the largest attribution.
  private static String mostDivergent(Path results) throws Exception {
    return Files.readAllLines(results.resolve("divergence.csv")).stream()
        .skip(1)
        .max(Comparator.comparingDouble(row -> Double.parseDouble(row.split(",", -1)[ATTRIBUTION])))
        .orElseThrow();
  }

  /// The values of the file under the config and the tokenizer of the base.
  private Path dequantized() throws Exception {
    Path model = Files.createDirectory(folder.resolve("dequantized"));
    Files.copy(golden("dequantized/model.safetensors"), model.resolve("model.safetensors"));
    for (String file : List.of("config.json", "tokenizer.json")) {
      Files.copy(golden("base/" + file), model.resolve(file));
    }
    return model;
  }

  private static Path golden(String name) throws URISyntaxException {
    return Path.of(GgufDivergenceTest.class.getResource("gguf/" + name).toURI());
  }
}
