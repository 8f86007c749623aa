package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.TensorRow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `halcyon compare` with a GGUF file as the changed model, against numpy and llama.cpp's own
/// package (`tools/golden/gguf_golden.py`).
class GgufCompareTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int compare(Path base, Path changed) {
    CommandLine command = Halcyon.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return command.execute(
        "compare",
        "--base",
        base.toString(),
        "--fine-tune",
        changed.toString(),
        "--threads",
        "1",
        "--output",
        folder.resolve("results").toString());
  }

  @Test
  void everyTensorIsComparedByValueUnderTheBasesName() throws Exception {
    int status = compare(golden("base"), golden("quantized.gguf"));

    assertThat(status).as(err.toString()).isZero();
    Report report =
        Json.read(Files.readAllBytes(folder.resolve("results/report.json")), Report.class);
    Map<String, Double> changes = new HashMap<>();
    for (TensorRow row : report.results()) {
      changes.put(row.tensorKey(), row.similarity().changes().getFirst().relativeChange());
    }
    Map<String, Double> expected = expected();
    assertThat(changes).containsOnlyKeys(expected.keySet());
    changes.forEach((tensor, change) ->
        assertThat(change).as(tensor).isCloseTo(expected.get(tensor), within(1e-6)));
    assertThat(report.skipped()).isEmpty();
    assertThat(out.toString())
        .contains("GGUF, read by value (BF16, F16, F32, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0)")
        .contains("1 tensors of the file are none of the base's, and not read: rope_freqs.weight");
  }

  @Test
  void aGgufFileIsNoBase() throws Exception {
    assertThat(compare(golden("quantized.gguf"), golden("base")))
        .isEqualTo(ExitCode.BAD_INPUT.status());
    assertThat(err.toString()).contains("quantized.gguf").contains("GGUF");
  }

  @Test
  void aDamagedFileIsBadInput() throws Exception {
    byte[] whole = Files.readAllBytes(golden("quantized.gguf"));
    Path cut = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(whole, 9000));

    assertThat(compare(golden("base"), cut)).isEqualTo(ExitCode.BAD_INPUT.status());
    assertThat(err.toString())
        .contains("cut.gguf] tensor")
        .contains("lies beyond the end of the file; is the file cut off?");
  }

  private static Map<String, Double> expected() throws Exception {
    Map<String, Double> expected = new HashMap<>();
    for (String line : Files.readAllLines(golden("expected.csv")).stream().skip(1).toList()) {
      expected.put(line.split(",", -1)[0], Double.valueOf(line.split(",", -1)[1]));
    }
    return expected;
  }

  private static Path golden(String name) throws URISyntaxException {
    return Path.of(GgufCompareTest.class.getResource("gguf/" + name).toURI());
  }
}
