package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
  private static final String PROPERTY = "java.io.tmpdir";

  private final String before = System.getProperty(PROPERTY);
  @TempDir private Path folder;

  @AfterEach
  void reset() {
    System.setProperty(PROPERTY, before);
  }

  @Test
  void allLiesWhereTheUserSaysAndGoesWithTheCommand() throws IOException {
    System.setProperty(PROPERTY, folder.toString());

    try (WorkFolder work = WorkFolder.create()) {
      assertThat(work.store()).startsWithRaw(folder);
      assertThat(work.temporary()).startsWithRaw(folder);
      Files.createDirectories(work.store());
      Files.createDirectories(work.temporary());
      work.requireRoom();
    }

    assertThat(folder).isEmptyDirectory();
  }
}
