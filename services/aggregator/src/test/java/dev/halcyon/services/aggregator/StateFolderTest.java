package dev.halcyon.services.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
  @TempDir private Path configured;

  private static void fill(StateFolder folder) throws IOException {
    Path task = Files.createDirectories(folder.path().resolve("halcyon-aggregator/0_0/rocksdb"));
    Files.writeString(task.resolve("000004.log"), "state");
  }

  @Test
  void aTemporaryFolderIsDeletedWithAllThatIsInIt() throws IOException {
    StateFolder folder = StateFolder.of(Optional.empty());
    fill(folder);
    folder.close();

    assertThat(folder.path()).doesNotExist();
  }

  @Test
  void aConfiguredFolderIsKept() throws IOException {
    StateFolder folder = StateFolder.of(Optional.of(configured));
    fill(folder);
    folder.close();

    assertThat(folder.path()).isEqualTo(configured);
    assertThat(configured.resolve("halcyon-aggregator/0_0/rocksdb/000004.log")).exists();
  }
}
