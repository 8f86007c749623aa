package dev.halcyon.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.objectstore.DirectoryObjectStore;
import dev.halcyon.services.common.models.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `halcyon models`: what the store of a fleet, or the cache of a user's commands, holds and loses.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ModelsCommandTest {
  private static final int DONE = 0;
  private static final int USAGE = 2;
  private static final int BAD_INPUT = 3;
  private static final int ENVIRONMENT = 4;
  private static final ModelFolder OLD = ModelFolder.of("org/old", "a".repeat(40));
  private static final ModelFolder NEW = ModelFolder.of("org/new", "b".repeat(40));

  @TempDir private Path folder;
  private Path store;
  private String uri;

  @BeforeEach
  void fillStore() throws IOException {
    store = folder.resolve("store");
    uri = store.toUri().toString();
    try (DirectoryObjectStore objects = new DirectoryObjectStore(store)) {
      for (ModelFolder model : List.of(OLD, NEW)) {
        objects.put(model.tensorKey("w"), new byte[3_000_000]);
        objects.put(model.fileKey(".used"), "now".getBytes(UTF_8));
      }
      objects.put("jobs/j1/report.json", new byte[10]);
    }
    age(store.resolve("models/org--old"), 10);
    age(store.resolve("jobs"), 10);
  }

  private static void age(Path folder, int days) throws IOException {
    FileTime then = FileTime.from(Instant.now().minus(Duration.ofDays(days)));
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, then);
      }
    }
  }

  @Test
  void modelsAreListedTheLeastRecentlyUsedFirst() throws Exception {
    CommandProcess.Ended ended = CommandProcess.run(folder, "models", "--store", uri);

    assertThat(ended.status()).as(ended::err).isEqualTo(DONE);
    assertThat(ended.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches(lineOf(OLD)),
            line -> assertThat(line).matches(lineOf(NEW)));
  }

  /// What a dry run says is what the command then does.
  @Test
  void unusedModelsAreRemovedAndNothingElse() throws Exception {
    String[] command = {"models", "--store", uri, "--remove-unused", "5"};
    CommandProcess.Ended dry =
        CommandProcess.run(
            folder,
            Stream.concat(Stream.of(command), Stream.of("--dry-run")).toArray(String[]::new));

    assertThat(dry.status()).as(dry::err).isEqualTo(DONE);
    assertThat(dry.out().lines()).singleElement().asString().matches(lineOf(OLD));
    assertThat(store.resolve(OLD.tensorKey("w"))).exists();

    CommandProcess.Ended removed = CommandProcess.run(folder, command);
    assertThat(removed.status()).as(removed::err).isEqualTo(DONE);
    assertThat(removed.out().strip()).isEqualTo("removed " + dry.out().strip());
    assertThat(store.resolve("models/org--old")).doesNotExist();
    assertThat(store.resolve(NEW.tensorKey("w"))).hasSize(3_000_000);
    assertThat(store.resolve("jobs/j1/report.json")).exists();

    CommandProcess.Ended again = CommandProcess.run(folder, command);
    assertThat(again.status()).isEqualTo(DONE);
    assertThat(again.out().strip()).isEqualTo("No model is unused for 5 days.");
  }

  @Test
  void withoutAStoreItIsTheCacheOfThisUsersCommands() throws Exception {
    try (HubServer hub = HubServer.start()) {
      for (String name : List.of("base", "tuned")) {
        hub.model("org/" + name, RandomModels.write(folder.resolve(name), 1, name.length()));
      }
      Map<String, String> environment =
          Map.of(
              "HF_ENDPOINT", hub.endpoint().toString(),
              "HF_HOME", folder.resolve("hf").toString(),
              "HALCYON_CACHE", folder.resolve("cache").toString());
      assertThat(CommandProcess.run(folder, environment, "models").out().strip())
          .isEqualTo("No models.");
      assertThat(folder.resolve("cache")).doesNotExist();

      CommandProcess.Ended compared =
          CommandProcess.run(
              folder,
              environment,
              "compare",
              "--base",
              "org/base",
              "--fine-tune",
              "org/tuned",
              "--output",
              "out");
      assertThat(compared.status()).as(compared::err).isEqualTo(DONE);

      CommandProcess.Ended listed = CommandProcess.run(folder, environment, "models");
      assertThat(listed.status()).as(listed::err).isEqualTo(DONE);
      assertThat(listed.out().lines())
          .hasSize(2)
          .allMatch(line -> line.matches("org/(base|tuned)@[0-9a-f]{40}  .*last used .*Z"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--remove-unused 0 | --remove-unused must be 1 day or more",
        "--remove-unused -3 | --remove-unused must be 1 day or more",
        "--remove-unused soon | Invalid value for option '--remove-unused': 'soon' is not an int",
        "--dry-run | --dry-run requires --remove-unused DAYS"
      })
  void wrongUseIsSaid(String options, String words) throws Exception {
    String[] command = ("models --store " + uri + " " + options).split(" ");
    CommandProcess.Ended ended = CommandProcess.run(folder, command);

    assertThat(ended.status()).isEqualTo(USAGE);
    assertThat(ended.err())
        .isEqualTo("halcyon: " + words + "\nRun `halcyon models --help` for usage.");
    assertThat(store.resolve(OLD.tensorKey("w"))).exists();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "ftp://host/x | 'ftp://host/x' is not an object store: use a folder, file:///folder",
        "file:// | 'file://' is not a folder",
        "s3:// | 's3://' is not an object store"
      })
  void aStoreThatIsNoneIsBadInput(String location, String words) throws Exception {
    CommandProcess.Ended ended = CommandProcess.run(folder, "models", "--store", location);

    assertThat(ended.status()).as(ended::err).isEqualTo(BAD_INPUT);
    assertThat(ended.err()).startsWith("halcyon: " + words).hasLineCount(1);
  }

  @Test
  void aStoreThatDoesNotAnswerIsTheEnvironmentsFault() throws Exception {
    Map<String, String> access =
        Map.of(
            "AWS_ENDPOINT_URL", "http://127.0.0.1:" + Ports.free(0),
            "AWS_ACCESS_KEY_ID", "key",
            "AWS_SECRET_ACCESS_KEY", "secretSECRET");

    CommandProcess.Ended ended =
        CommandProcess.run(folder, access, "models", "--store", "s3://bucket");

    assertThat(ended.status()).as(ended::err).isEqualTo(ENVIRONMENT);
    assertThat(ended.err())
        .startsWith("halcyon: [s3://bucket at " + access.get("AWS_ENDPOINT_URL") + "]")
        .hasLineCount(1)
        .doesNotContain("secretSECRET");
  }

  private static String lineOf(ModelFolder model) {
    return "%s  3\\.0 MB  last used \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ".formatted(model);
  }
}
