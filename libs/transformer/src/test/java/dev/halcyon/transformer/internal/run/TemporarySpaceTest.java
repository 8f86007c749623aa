package dev.halcyon.transformer.internal.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporarySpaceTest {
  @TempDir Path folder;

  @Test
  void moreThanTheDiskHasLeftIsRefused() throws Exception {
    long disk = Files.getFileStore(folder).getTotalSpace();
    TemporarySpace space = TemporarySpace.in(folder);
    assertThatThrownBy(() -> space.require(disk + 1))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("temporary files are needed");
  }

  @Test
  void aFolderThatIsMissingIsNamed() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> TemporarySpace.in(missing))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(missing.toString());
  }

  @Test
  void whatTheDiskHasIsEnough() {
    TemporarySpace space = new TemporarySpace(folder, 100);
    assertThatCode(() -> space.require(100)).doesNotThrowAnyException();
  }
}
