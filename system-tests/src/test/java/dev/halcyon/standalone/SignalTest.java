package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Commands that are told to stop.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SignalTest {
  private static final int LAYERS = 400;

  @TempDir private Path folder;

  /// The second start finds what the first one left.
  @Test
  void serveEndsWithoutComplaintAndStartsAgainOnItsData() throws Exception {
    assertThat(served("INT")).isEqualTo(130);
    assertThat(served("TERM")).isEqualTo(143);
  }

  @Test
  void anInterruptedComparisonLeavesNothing() throws Exception {
    Path base = RandomModels.write(folder.resolve("base"), LAYERS, 0);
    Path tuned = RandomModels.write(folder.resolve("tuned"), LAYERS, 1);
    try (CommandProcess compare =
        CommandProcess.start(
            folder, "compare", "--base", base.toString(), "--fine-tune", tuned.toString())) {
      compare.waitUntilItSays("similarity: ");
      compare.signal("INT");

      CommandProcess.Ended ended = compare.await();

      assertThat(ended.status()).as(ended::err).isEqualTo(130);
      assertThat(ended.err()).doesNotContain("WARN", "ERROR", "\tat ");
      assertThat(folder.resolve(CompareCommand.DEFAULT_OUTPUT)).doesNotExist();
      assertThat(folder.resolve("tmp")).isEmptyDirectory();
    }
  }

  @Test
  void aDrawnFigureIsAllThatIsLeft() throws Exception {
    Path shares = Files.writeString(folder.resolve("shares.json"), "{\"layer_0\": 1.0}");
    Path figure = folder.resolve("figure.png");

    CommandProcess.Ended ended =
        CommandProcess.run(
            folder, "plot", "single", "--input", shares.toString(), "--output", figure.toString());

    assertThat(ended.status()).as(ended::err).isZero();
    assertThat(figure).isNotEmptyFile();
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
  }

  private int served(String signal) throws Exception {
    try (CommandProcess serve =
        CommandProcess.start(
            folder,
            "serve",
            "--port",
            "" + Ports.free(0),
            "--kafka-port",
            "" + Ports.free(0),
            "--data",
            folder.resolve("data").toString())) {
      serve.waitUntilItSays("Publish a compare request");
      serve.signal(signal);

      CommandProcess.Ended ended = serve.await();

      assertThat(ended.err()).isEmpty();
      return ended.status();
    }
  }
}
