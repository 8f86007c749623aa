package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.services.common.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockedFolderTest {
  @TempDir private Path parent;

  @Test
  void aFolderIsGoneWhenItsCommandEnds() throws IOException {
    try (LockedFolder work = LockedFolder.in(parent)) {
      Files.writeString(Files.createDirectories(work.path().resolve("broker")).resolve("log"), "x");
      assertThat(work.path()).isDirectory();
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void theFolderOfACommandThatWasKilledIsRemovedByTheNext() throws IOException {
    Path killed = Files.createDirectories(parent.resolve("halcyon-work-1/broker"));
    Files.writeString(killed.resolve("log"), "x");
    Files.writeString(killed.resolveSibling("lock"), "");

    try (LockedFolder work = LockedFolder.in(parent)) {
      assertThat(parent).isDirectoryNotContaining(path -> !path.equals(work.path()));
    }
  }

  @Test
  void aFolderThatHasNoLockYetStays() throws IOException {
    Path beginning = Files.createDirectory(parent.resolve("halcyon-work-1"));

    LockedFolder.in(parent).close();

    assertThat(beginning).isDirectory();
  }

  /// Each looks for abandoned folders while the others lock theirs.
  @Test
  void commandsThatStartAtOnceKeepTheirFolders() throws Exception {
    List<Callable<LockedFolder>> starts = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      starts.add(() -> LockedFolder.in(parent));
    }
    try (ExecutorService commands = Executors.newFixedThreadPool(8)) {
      List<LockedFolder> works = new ArrayList<>();
      for (Future<LockedFolder> work : commands.invokeAll(starts)) {
        works.add(work.get());
      }
      assertThat(works).allSatisfy(work -> assertThat(work.path().resolve("lock")).exists());
      works.forEach(LockedFolder::close);
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void aFolderThatCannotBeMadeIsTheEnvironmentsFault() {
    Path nowhere = parent.resolve("nowhere");

    assertThatThrownBy(() -> LockedFolder.in(nowhere))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining(nowhere.toString())
        .hasMessageContaining("java.io.tmpdir");
  }
}
