package dev.halcyon.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.ResultManifest;
import dev.halcyon.contracts.results.ResultManifest.ResultFile;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Results come into their folder whole or not at all.
class ResultFolderTest {
  private static final String JOB = "job";
  private static final String RENDERING = "rendering";

  @TempDir private Path parent;

  private final ObjectStore store = new MemoryObjectStore();
  private final List<ResultFile> files = new ArrayList<>();

  @Test
  void bringsAllFilesAndLeavesOthersThatAreThere() throws IOException {
    put("report.json", "{}", "{}");
    put("fisher/base/summary.json", "[]", "[]");
    Path folder = Files.createDirectories(parent.resolve("results"));
    Files.writeString(folder.resolve("mine.txt"), "mine");
    Files.writeString(folder.resolve("report.json"), "old");

    ResultFolder results = new ResultFolder(folder);
    results.check();
    results.fill(store, JOB, RENDERING);

    assertThat(tree(folder))
        .containsExactlyInAnyOrder("mine.txt", "report.json", "fisher/base/summary.json");
    assertThat(folder.resolve("mine.txt")).hasContent("mine");
    assertThat(folder.resolve("report.json")).hasContent("{}");
  }

  @Test
  void aChangedObjectLeavesEarlierResultsAsTheyWere() throws IOException {
    put("a.csv", "new", "new");
    put("b.csv", "bad", "good");
    Path folder = Files.createDirectories(parent.resolve("results"));
    Files.writeString(folder.resolve("a.csv"), "old");

    assertThatThrownBy(() -> new ResultFolder(folder).fill(store, JOB, RENDERING))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("b.csv")
        .hasMessageContaining("was changed");

    assertThat(tree(folder)).containsExactly("a.csv");
    assertThat(folder.resolve("a.csv")).hasContent("old");
  }

  @Test
  void aFileInTheWayIsSaidBeforeAnyWork() throws IOException {
    Path file = Files.writeString(parent.resolve("file"), "");

    assertThatThrownBy(() -> new ResultFolder(file.resolve("results")).check())
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(file + " is a file");
  }

  @Test
  void checkingAFolderThatIsYetToBeMadeLeavesNothing() {
    new ResultFolder(parent.resolve("a/b")).check();

    assertThat(parent).isEmptyDirectory();
  }

  /// Puts a file's content, and says in the manifest what it should be.
  private void put(String name, String content, String announced) throws IOException {
    store.put(StoreKeys.result(JOB, RENDERING, name), content.getBytes(UTF_8));
    byte[] bytes = announced.getBytes(UTF_8);
    files.add(
        new ResultFile(
            name, content.getBytes(UTF_8).length, Digest.sha256(bytes), Optional.empty()));
    store.put(
        StoreKeys.resultManifest(JOB, RENDERING),
        Json.prettyBytes(new ResultManifest(JOB, RENDERING, files, List.of())));
  }

  private static List<String> tree(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .filter(Files::isRegularFile)
          .map(path -> folder.relativize(path).toString())
          .toList();
    }
  }
}
