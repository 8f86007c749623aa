package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// `halcyon plot` on files as `fisher` and the reference's scripts write them.
class PlotCommandTest {
  private static final String LAYERS =
      """
      {"layer_1": 0.5, "layer_10": 0.2, "embeddings": 0.15, "lm_head": 0.1, "layer_2": 0.05}
      """;
  private static final String COMPONENTS_OF_THE_REFERENCE =
      """
      {"layer_0.q_proj": {"fisher_sum": 3.0, "percentage": 0.75},
       "embeddings": {"fisher_sum": 1.0, "percentage": 0.25}}
      """;
  private static final String COMPONENTS =
      """
      {"embeddings": {"fisher_sum": 2.0, "percentage": 50.0},
       "layer_0.self_attn.q_proj": {"fisher_sum": 1.0, "percentage": 25.0},
       "layer_0.mlp.up_proj": {"fisher_sum": 1.0, "percentage": 25.0}}
      """;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine command = Halcyon.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("plot"));
    all.addAll(List.of(arguments));
    return command.execute(all.toArray(String[]::new));
  }

  private String file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content).toString();
  }

  private String output(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void oneModelIsDrawnByLayer() throws Exception {
    int status =
        run(
            "single",
            "--input",
            file("a.json", LAYERS),
            "--output",
            output("a.png"),
            "--title",
            "T");

    assertThat(status).as(err.toString()).isZero();
    assertThat(ImageIO.read(folder.resolve("a.png").toFile()).getWidth()).isGreaterThan(600);
    assertThat(out.toString()).contains("a.png");
  }

  @Test
  void severalModelsAreDrawnSideBySideUnderTheirNames() throws Exception {
    int status =
        run(
            "comparison",
            "--inputs",
            file("math/layer_importance.json", LAYERS),
            file("coder/component_importance.json", COMPONENTS),
            file("chat/component_importance.json", COMPONENTS_OF_THE_REFERENCE),
            "--model-names",
            "Math 7B",
            "Coder 7B",
            "Chat 7B",
            "--colors",
            "#2E8B57",
            "#4169E1",
            "tab:red",
            "--output",
            output("figures/compared.svg"));

    assertThat(status).as(err.toString()).isZero();
    assertThat(folder.resolve("figures/compared.svg"))
        .content()
        .contains("Math 7B", "Coder 7B", "Chat 7B", "embeddings", "lm_head")
        .contains("rgb(46,139,87)");
    assertThat(folder.resolve("figures")).isDirectoryNotContaining("glob:**.partial");
  }

  @Test
  void componentsOfBothSpellingsAreOne() throws Exception {
    ImportanceFile ours = ImportanceFile.read(Path.of(file("a.json", COMPONENTS)));
    ImportanceFile theirs =
        ImportanceFile.read(Path.of(file("b.json", COMPONENTS_OF_THE_REFERENCE)));

    assertThat(ours.layers()).containsEntry("embeddings", 0.5).containsEntry("layer_0", 0.5);
    assertThat(theirs.layers()).containsEntry("embeddings", 0.25).containsEntry("layer_0", 0.75);
    assertThat(ours.components()).containsOnlyKeys("embeddings", "q_proj", "mlp.up_proj");
    assertThat(theirs.components()).containsEntry("q_proj", 0.75);
  }

  @Test
  void chunksOfAComponentAreAddedUp() throws Exception {
    String chunks =
        """
        {"layer_0.q_proj[0]": {"fisher_sum": 1.0, "percentage": 0.25},
         "layer_0.q_proj[1]": {"fisher_sum": 2.0, "percentage": 0.5},
         "lm_head[0]": {"fisher_sum": 1.0, "percentage": 0.25}}
        """;
    ImportanceFile read = ImportanceFile.read(Path.of(file("a.json", chunks)));

    assertThat(read.layers()).containsEntry("layer_0", 0.75).containsEntry("lm_head", 0.25);
    assertThat(read.components()).containsEntry("q_proj", 0.75);
  }

  @Test
  void layersAreInTheOrderOfTheNetwork() {
    assertThat(
            ImportanceTable.inOrder(
                List.of("lm_head", "layer_10", "other", "layer_2", "embeddings", "final_norm")))
        .containsExactly("embeddings", "layer_2", "layer_10", "final_norm", "lm_head", "other");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[1] | holds no shares",
        "{} | holds no shares",
        "{'layer_0': 0.5 | is no JSON",
        "{'layer_0': 'much'} | layer_0 is",
        "{'layer_0': NaN} | layer_0 is",
        "{'layer_0': -0.5} | layer_0 is -0.5, not a number of 0 or more",
        "{'layer_0': 5, 'layer_1': 3} | add up to 8.0",
        "{'layer_0.q_proj': {'percentage': 1}} | layer_0.q_proj.fisher_sum is missing",
        "{'schema': 1, 'fisher': []} | Fisher information of 0 models"
      })
  void whatHoldsNoSharesIsBadInputThatIsNamed(String json, String problem) throws Exception {
    int status =
        run(
            "single",
            "--input",
            file("bad.json", json.replace('\'', '"')),
            "--output",
            output("a.png"));

    assertThat(status).isEqualTo(3);
    assertThat(err.toString()).contains("bad.json").contains(problem);
    assertThat(folder.resolve("a.png")).doesNotExist();
  }

  @Test
  void wrongUseIsRefused() throws Exception {
    String input = file("a.json", LAYERS);

    assertThat(run()).isEqualTo(2);
    assertThat(run("single", "--input", input, "--output", output("a.gif"))).isEqualTo(2);
    assertThat(
            run(
                "comparison",
                "--inputs",
                input,
                input,
                "--model-names",
                "one",
                "--output",
                output("a.png")))
        .isEqualTo(2);
    assertThat(run("comparison", "--inputs", input, "--colors", "rot", "--output", output("a.png")))
        .isEqualTo(2);
    assertThat(run("single", "--input", output("none.json"), "--output", output("a.png")))
        .isEqualTo(3);
  }
}
