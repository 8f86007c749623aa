package dev.halcyon.services.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.store.TensorCopy.InFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlannedFileTest {
  @TempDir private Path folder;

  private LocalRoots roots() {
    return new LocalRoots(List.of(folder));
  }

  private static InFile planned(Path file) throws IOException {
    return new InFile(
        file.toString(), 0, Files.size(file), Files.getLastModifiedTime(file).toInstant());
  }

  @Test
  void theFileThatWasPlannedIsRead() throws IOException {
    Path file = Files.writeString(folder.resolve("w"), "1234");

    assertThat(PlannedFile.require(planned(file), roots())).isEqualTo(file.toRealPath());
  }

  @Test
  void aFileThatIsGoneIsBadInputAndAFolderThatIsNotSeenTheOperators() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    Path file = Files.writeString(model.resolve("w"), "1234");
    InFile planned = planned(file);
    Files.delete(file);

    assertThatThrownBy(() -> PlannedFile.require(planned, roots()))
        .isInstanceOf(NoSuchFileException.class)
        .satisfies(e ->
            assertThat(Failures.of(e))
                .isEqualTo(new Failure(Failure.Cause.BAD_INPUT, "no such file: " + file)));

    Files.delete(model);
    assertThatThrownBy(() -> PlannedFile.require(planned, roots()))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining(model.toString())
        .hasMessageContaining("not visible to this worker");
  }

  @Test
  void aFileThatWasReplacedByALinkAwayIsRefused() throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    Path file = Files.writeString(root.resolve("w"), "1234");
    InFile planned = planned(file);
    Path elsewhere = Files.move(file, folder.resolve("elsewhere"));
    Files.createSymbolicLink(file, elsewhere);

    assertThatThrownBy(() -> PlannedFile.require(planned, new LocalRoots(List.of(root))))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(file.toString());
  }
}
