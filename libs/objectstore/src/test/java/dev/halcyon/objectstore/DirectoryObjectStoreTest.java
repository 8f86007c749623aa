package dev.halcyon.objectstore;

import static dev.halcyon.objectstore.TestContent.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryObjectStoreTest extends ObjectStoreContract {
  @TempDir Path folder;

  @Override
  ObjectStore open() {
    return new DirectoryObjectStore(folder.resolve("store"));
  }

  @Override
  List<String> leftovers() throws IOException {
    return Files.isDirectory(uploads()) ? names(uploads()) : List.of();
  }

  private Path uploads() {
    return folder.resolve("store").resolve(StagingArea.NAME);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Path::getFileName).map(Path::toString).sorted().toList();
    }
  }

  @Test
  void readingCreatesNoFolder() throws IOException {
    assertThat(store().list("")).isEmpty();
    assertThat(store().find("a")).isEmpty();
    store().delete("a/b");
    assertThat(folder.resolve("store")).doesNotExist();
  }

  @Test
  void anotherStoreOnTheFolderSeesTheSameObjects() throws IOException {
    store().put("a/b", content(10, 1));
    try (ObjectStore other = open()) {
      assertThat(other.get("a/b")).isEqualTo(content(10, 1));
      assertThat(other.putIfAbsent("a/b", content(10, 2))).isFalse();
    }
  }

  @Test
  void anObjectIsAFileAtItsKey() throws IOException {
    store().put("models/a/x", content(10, 1));
    assertThat(folder.resolve("store/models/a/x")).hasBinaryContent(content(10, 1));
  }

  @Test
  void deletingTheLastObjectRemovesItsEmptyFolders() throws IOException {
    store().put("models/a/x", content(10, 1));
    store().put("models/b", content(10, 1));
    store().delete("models/a/x");
    assertThat(names(folder.resolve("store/models"))).containsExactly("b");
  }

  @Test
  void aStoreThatIsRemovedStaysRemoved() throws IOException {
    store().put("a", content(10, 1));
    try (Stream<Path> tree = Files.walk(folder.resolve("store"))) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }

    assertThatExceptionOfType(StoreEnvironmentException.class)
        .isThrownBy(() -> store().put("b", content(10, 1)))
        .withMessageContaining("the store's folder no longer exists");
    assertThatExceptionOfType(StoreEnvironmentException.class)
        .isThrownBy(() -> store().putIfAbsent("c", content(10, 1)));
    assertThat(folder.resolve("store")).doesNotExist();
  }

  @Test
  void aFolderThatGoesAwayFailsTheCheckUntilItIsBack() throws IOException {
    Path root = folder.resolve("store");
    Path elsewhere = folder.resolve("elsewhere");
    store().put("a", content(10, 1));
    store().check();
    Files.move(root, elsewhere);

    assertThatExceptionOfType(StoreEnvironmentException.class)
        .isThrownBy(() -> store().check())
        .withMessageContaining(root.toString());

    Files.move(elsewhere, root);
    store().check();
  }

  @Test
  void removesWhatAKilledProcessLeftAndKeepsWhatIsBeingWritten() throws IOException {
    Files.createDirectories(uploads());
    Path abandoned = Files.writeString(uploads().resolve("abandoned"), "half");
    Files.writeString(uploads().resolve("fresh"), "half");
    Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    store().put("a", content(1, 1));
    assertThat(leftovers()).containsExactly("fresh");
    assertThat(keys("")).containsExactly("a");
  }

  @Test
  void closingRemovesWhatIsBeingWritten() throws IOException {
    List<List<String>> whileWritten = new ArrayList<>();
    ObjectStore store = open();
    InputStream content =
        new ByteArrayInputStream(content(10, 1)) {
          @Override
          public synchronized int read(byte[] target, int offset, int length) {
            try {
              whileWritten.add(leftovers());
              store.close();
              whileWritten.add(leftovers());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            return super.read(target, offset, length);
          }
        };

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> store.put("a", content, OptionalLong.of(10)));
    assertThat(whileWritten.getFirst()).hasSize(1);
    assertThat(whileWritten.get(1)).isEmpty();
    assertThat(leftovers()).isEmpty();
    assertThat(keys("")).isEmpty();
  }

  @Test
  void passesOverFilesThatNoKeyNames() throws IOException {
    store().put("a", content(1, 1));
    Files.writeString(folder.resolve("store/notes of the operator"), "hands off");
    assertThat(keys("")).containsExactly("a");
  }

  @Test
  void refusesAKeyThatIsAFolderOrLiesInAnObject() throws Exception {
    store().put("a/b", content(1, 1));
    assertThatExceptionOfType(StoreEnvironmentException.class)
        .isThrownBy(() -> store().put("a", content(1, 1)))
        .withMessageContaining("object a cannot be written");
    assertThatExceptionOfType(StoreEnvironmentException.class)
        .isThrownBy(() -> store().put("a/b/c", content(1, 1)))
        .withMessageContaining("a/b/c");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void anInterruptEndsAPutAndLeavesNothing() throws Exception {
    InputStream interrupting =
        new ByteArrayInputStream(content(1000, 1)) {
          @Override
          public synchronized int read(byte[] target, int from, int count) {
            Thread.currentThread().interrupt();
            return super.read(target, from, count);
          }
        };
    assertThatExceptionOfType(InterruptedIOException.class)
        .isThrownBy(() -> store().put("a", interrupting, OptionalLong.empty()));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(store().find("a")).isEmpty();
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aStreamBegunBeforeAReplacementEndsWithTheOldContent() throws IOException {
    store().put("a", content(1000, 1));
    try (InputStream stream = store().open("a", 0, 1000)) {
      store().put("a", content(1000, 2));
      assertThat(stream.readAllBytes()).isEqualTo(content(1000, 1));
    }
  }
}
