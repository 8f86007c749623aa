package dev.halcyon.transformer.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.transformer.DeviceUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Folders laid out as the Python package and the libtorch archive are.
class InstalledLibtorchTest {
  @TempDir Path folder;

  private Path libraries;
  private InstalledLibtorch installed;

  @BeforeEach
  void layOut() throws IOException {
    libraries = Files.createDirectories(folder.resolve("torch/lib"));
    installed = new InstalledLibtorch(libraries);
    add("torch");
  }

  @Test
  void aPythonPackageOfTheBridgesVersionIsTaken() throws IOException {
    Files.writeString(folder.resolve("torch/version.py"), "__version__ = '2.7.1+cu128'\n");
    assertThatCode(() -> installed.requireVersion("2.7.1")).doesNotThrowAnyException();
  }

  @Test
  void anArchiveOfTheBridgesVersionIsTaken() throws IOException {
    Files.writeString(folder.resolve("torch/build-version"), "2.7.1+cpu\n");
    assertThatCode(() -> installed.requireVersion("2.7.1")).doesNotThrowAnyException();
  }

  @Test
  void anotherVersionIsRefused() throws IOException {
    Files.writeString(folder.resolve("torch/version.py"), "__version__ = '2.15.0+cu132'\n");
    assertThatThrownBy(() -> installed.requireVersion("2.7.1"))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessageContaining(libraries.toString())
        .hasMessageContaining("holds libtorch 2.15.0")
        .hasMessageContaining("libtorch 2.7.1");
  }

  @Test
  void aVersionThatCannotBeToldIsRefused() {
    assertThatThrownBy(() -> installed.requireVersion("2.7.1"))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessageContaining("does not tell its libtorch version");
  }

  @Test
  void aFolderWithoutTheLibraryIsRefused() {
    assertThatThrownBy(() -> new InstalledLibtorch(folder).requireVersion("2.7.1"))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessageContaining("holds no " + System.mapLibraryName("torch"));
  }

  @Test
  void theBridgeIsThatOfTheLibrarysBuild() throws IOException {
    assertThat(installed.flavor()).isEqualTo("cpu");
    add("torch_cuda");
    assertThat(installed.flavor()).isEqualTo("cu128");
  }

  private void add(String library) throws IOException {
    Files.createFile(libraries.resolve(System.mapLibraryName(library)));
  }
}
