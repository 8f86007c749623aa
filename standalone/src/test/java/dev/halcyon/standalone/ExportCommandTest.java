package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.halcyon.exports.ExportFormats;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// `halcyon export` on results of the bundled models.
class ExportCommandTest {
  private static final String RESULTS = "../libs/exports/src/test/resources/dev/halcyon/exports/";

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine command = Halcyon.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("export"));
    all.addAll(List.of(arguments));
    return command.execute(all.toArray(String[]::new));
  }

  /// Results that hold what a format is made of; the last two with another spelling.
  private static List<Arguments> formats() {
    return List.of(
        arguments("compare", "mergekit"),
        arguments("fisher", "axolotl"),
        arguments("compare", "spectrum"),
        arguments("divergence", "peft"),
        arguments("fisher", "freeze-list"),
        arguments("compare", "llama.cpp"),
        arguments("fisher", "imatrix"),
        arguments("fisher", "llm-compressor"),
        arguments("divergence", "gptqmodel"),
        arguments("compare", "auto-round"),
        arguments("divergence", "mergekit"),
        arguments("compare", "Auto-Round"));
  }

  @Test
  void everyFormatIsTried() {
    assertThat(formats().stream().map(tried -> (String) tried.get()[1]))
        .containsAll(ExportFormats.names());
  }

  @Test
  void everyFormatIsDocumented() throws Exception {
    List<String> documented =
        Files.readAllLines(Path.of("../docs/how-to/export.md")).stream()
            .dropWhile(line -> !line.startsWith("| `--to` |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.split("`", -1)[1])
            .toList();

    assertThat(documented).containsExactlyElementsOf(ExportFormats.names());
  }

  @ParameterizedTest
  @MethodSource("formats")
  void writesTheFileAndSaysSo(String results, String format) throws Exception {
    Path file = folder.resolve("new/folder/file");

    int status = run("--from", RESULTS + results, "--to", format, "--output", file.toString());

    assertThat(status).as(err.toString()).isZero();
    assertThat(file).isNotEmptyFile();
    assertThat(out.toString()).endsWith("Wrote " + file + System.lineSeparator());
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void theFileSaysWhichCommandWroteIt() throws Exception {
    Path file = folder.resolve("frozen.txt");

    int status =
        run(
            "--from",
            RESULTS + "compare",
            "--to",
            "freeze-list",
            "--by",
            "change",
            "--model",
            "ft2",
            "--top",
            "0.5",
            "-q",
            "--output",
            file.toString());

    assertThat(status).as(err.toString()).isZero();
    assertThat(Files.readString(file))
        .contains(
            "halcyon export --from "
                + RESULTS
                + "compare --to freeze-list --by change --model ft2"
                + " --top 0.5\n")
        .contains("# Ranked by norm of the change over norm of the base of ft2\n")
        .contains("# ft2: models/ft2, digest ");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "compare | --to gguf | --to takes one of mergekit, axolotl,",
        "compare | --to peft --top 0.5 --threshold 1 | give --top or --threshold, not both",
        "compare | --to peft --top 1.5 | --top: a share is over 0 and up to 1, not 1.5",
        "compare | --to peft --threshold NaN | --threshold: a threshold is a finite number",
        "compare | --to spectrum --top 0.5 | it takes neither --top nor --threshold",
        "fisher | --to imatrix --by change | imatrix is made by fisher, not by change",
        "compare | --to peft --by weight | Invalid value for option '--by'",
      })
  void wrongUseIsExplained(String results, String options, String message) {
    assertThat(runInto(folder.resolve("x"), results, options)).isEqualTo(ExitCode.USAGE.status());
    assertThat(err.toString()).contains(message);
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing | --to peft | holds no report.json",
        "compare | --to peft --by fisher | compute it with `halcyon fisher",
        "compare | --to imatrix | compute it with `halcyon fisher",
        "divergence | --to imatrix | --save-diagonal safetensors",
        "compare | --to peft --model ft7 | holds no model ft7; there are base, ft1, ft2",
        "compare | --to peft --threshold 1e9 | nothing is chosen of 14 tensors",
        "fisher | --to mergekit | contains no fine-tune",
      })
  void resultsThatDoNotHoldItAreBadInput(String results, String options, String message) {
    assertThat(runInto(folder.resolve("x"), results, options))
        .as(err.toString())
        .isEqualTo(ExitCode.BAD_INPUT.status());
    assertThat(err.toString()).contains(message);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderIsNoFileToWrite() {
    assertThat(runInto(folder, "compare", "--to peft")).isEqualTo(ExitCode.USAGE.status());
    assertThat(err.toString()).contains("is a folder: --output names a file");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsTheEnvironments() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");

    assertThat(runInto(file.resolve("x"), "compare", "--to peft"))
        .isEqualTo(ExitCode.ENVIRONMENT.status());
    assertThat(err.toString()).contains("cannot be written");
  }

  private int runInto(Path output, String results, String options) {
    List<String> arguments = new ArrayList<>(List.of("--from", RESULTS + results));
    arguments.addAll(List.of(options.split(" ", -1)));
    arguments.addAll(List.of("--output", output.toString()));
    return run(arguments.toArray(String[]::new));
  }
}
