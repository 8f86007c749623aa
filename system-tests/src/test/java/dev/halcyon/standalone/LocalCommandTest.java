package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Commands that run the services' handlers in one process.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LocalCommandTest {
  private static final Path MODELS =
      Path.of(System.getProperty("halcyon.root")).toAbsolutePath().resolve("examples/models");
  private static final List<String> OF_BROKER_OR_CONTAINER =
      List.of(
          "io.quarkus.",
          "io.smallrye.",
          "io.vertx.",
          "jakarta.",
          "org.eclipse.microprofile.",
          "org.apache.kafka.",
          "kafka.",
          "scala.");

  @TempDir private Path folder;

  @Test
  void aComparisonLoadsNothingOfABrokerOrContainer() throws Exception {
    assertThat(classesOf(0, "compare", "--base", model("base"), "--fine-tune", model("python")))
        .noneMatch(LocalCommandTest::isOfBrokerOrContainer);
  }

  @Test
  void fisherInformationLoadsNothingOfABrokerOrContainer() throws Exception {
    assertThat(
            classesOf(
                0, "fisher", "--model", model("base"), "--samples", "2", "--max-length", "32"))
        .noneMatch(LocalCommandTest::isOfBrokerOrContainer);
  }

  @Test
  void aCommandThatFailsLoadsNothingOfABrokerOrContainer() throws Exception {
    Path empty = Files.createDirectories(folder.resolve("empty"));

    assertThat(classesOf(3, "compare", "--base", model("base"), "--fine-tune", empty.toString()))
        .noneMatch(LocalCommandTest::isOfBrokerOrContainer);
  }

  @Test
  void aQuietComparisonSaysNothing() throws Exception {
    assertSilent(
        CommandProcess.run(
            folder, "compare", "--base", model("base"), "--fine-tune", model("bible"), "-q"));
  }

  @Test
  void quietFisherInformationSaysNothing() throws Exception {
    assertSilent(
        CommandProcess.run(
            folder, "fisher", "--model", model("base"), "--samples", "2", "--quiet"));
  }

  @Test
  void progressIsAllThatIsOnStandardError() throws Exception {
    CommandProcess.Ended ended =
        CommandProcess.run(
            folder, "compare", "--base", model("base"), "--fine-tune", model("bible"));

    assertThat(ended.status()).isZero();
    assertThat(ended.err().lines()).isNotEmpty().allMatch(line -> line.startsWith("similarity: "));
  }

  @Test
  void aCommandLeavesNothingInTheTemporaryFolder() throws Exception {
    CommandProcess.Ended ended =
        CommandProcess.run(
            folder, "compare", "--base", model("base"), "--fine-tune", model("bible"), "-q");

    assertThat(ended.status()).isZero();
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void aSettingThatIsNoNumberIsNamed() throws Exception {
    try (CommandProcess fisher =
        CommandProcess.start(
            folder,
            Map.of(),
            Map.of("halcyon.fisher.memory", "plenty"),
            "fisher",
            "--model",
            model("base"))) {
      CommandProcess.Ended ended = fisher.await();

      assertThat(ended.status()).isEqualTo(4);
      assertThat(ended.err())
          .startsWith("halcyon: halcyon.fisher.memory is plenty")
          .hasLineCount(1);
    }
  }

  private static String model(String name) {
    return MODELS.resolve(name).toString();
  }

  private static void assertSilent(CommandProcess.Ended ended) {
    assertThat(ended.status()).as(ended::err).isZero();
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).isEmpty();
  }

  /// The classes that a command loads.
  private List<String> classesOf(int status, String... arguments) throws Exception {
    Path log = folder.resolve("classes.log");
    Map<String, String> environment =
        Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + log + "::filesize=0");
    try (CommandProcess command = CommandProcess.start(folder, environment, Map.of(), arguments)) {
      CommandProcess.Ended ended = command.await();
      assertThat(ended.status()).as(ended::err).isEqualTo(status);
    }
    try (Stream<String> lines = Files.lines(log)) {
      List<String> classes =
          lines.map(line -> line.replaceFirst("^(\\[[^]]*])* *", "").split(" ", 2)[0]).toList();
      assertThat(classes).contains(Halcyon.class.getName());
      return classes;
    }
  }

  private static boolean isOfBrokerOrContainer(String name) {
    return OF_BROKER_OR_CONTAINER.stream().anyMatch(name::startsWith);
  }
}
