package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `compare --fail-if` in a process of its own.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FailIfTest {
  private static final Path MODELS =
      Path.of(System.getProperty("halcyon.root")).toAbsolutePath().resolve("examples/models");

  @TempDir private Path folder;

  @Test
  void aConditionThatHoldsEndsWithFiveAndOneLineThatSaysWhy() throws Exception {
    CommandProcess.Ended ended = compare("max_distance(layer_0) > 1 or changed(embeddings)", "-q");

    assertThat(ended.status()).isEqualTo(5);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .isEqualTo(
            "halcyon: --fail-if holds: changed(embeddings) (model.embed_tokens.weight of ft1)");
    assertThat(folder.resolve("results/similarity_results.csv")).isNotEmptyFile();
  }

  @Test
  void aConditionThatDoesNotHoldEndsWithZero() throws Exception {
    CommandProcess.Ended ended = compare("max_distance > 1 or not changed(layer_0)", "-q");

    assertThat(ended.status()).as(ended::err).isZero();
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void aConditionThatIsNotWrittenRightIsRefusedBeforeAnyWork() throws Exception {
    assertRefused("max_distance > ", "halcyon: --fail-if, column 16: expected a number");
    assertRefused(
        "changed or kl > 0.1", "halcyon: --fail-if, column 12: `kl > 0.1` needs the analysis");
  }

  @Test
  void aPlaceThatTheModelsDoNotHaveIsBadInput() throws Exception {
    CommandProcess.Ended ended = compare("max_distance(layer_99) > 0", "-q");

    assertThat(ended.status()).isEqualTo(3);
    assertThat(ended.err())
        .startsWith("halcyon: --fail-if: no tensor is in layer_99")
        .hasLineCount(1);
  }

  private void assertRefused(String condition, String message) throws Exception {
    CommandProcess.Ended ended = compare(condition);

    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.err()).startsWith(message).hasLineCount(2);
    assertThat(Files.exists(folder.resolve("results"))).isFalse();
  }

  private CommandProcess.Ended compare(String condition, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("compare", "--base", model("base")));
    arguments.addAll(List.of("--fine-tune", model("python"), "--fail-if", condition));
    arguments.addAll(List.of("--output", folder.resolve("results").toString()));
    arguments.addAll(List.of(more));
    return CommandHere.run(arguments.toArray(String[]::new));
  }

  private static String model(String name) {
    return MODELS.resolve(name).toString();
  }
}
