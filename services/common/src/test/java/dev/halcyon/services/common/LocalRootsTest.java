package dev.halcyon.services.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRootsTest {
  @TempDir private Path folder;
  private Path root;
  private Path outside;
  private LocalRoots roots;

  @BeforeEach
  void makeRoot() throws IOException {
    folder = folder.toRealPath();
    root = Files.createDirectories(folder.resolve("root"));
    outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret.json"), "{}");
    roots = new LocalRoots(List.of(root));
  }

  @Test
  void aLinkThatLeavesTheRootsIsRefusedByName() throws IOException {
    Path model = Files.createDirectories(root.resolve("model"));
    Path link =
        Files.createSymbolicLink(model.resolve("config.json"), outside.resolve("secret.json"));

    assertThatThrownBy(() -> roots.requireFiles(model, 1, _ -> true))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(link.toString())
        .hasMessageContaining(outside.resolve("secret.json").toString());
    assertThatThrownBy(() -> roots.require(link)).isInstanceOf(BadInputException.class);
    assertThatThrownBy(() -> roots.resolve(root.resolve("../outside").toString()))
        .isInstanceOf(BadInputException.class);
  }

  @Test
  void whatIsNotReadMayLeadAnywhere() throws IOException {
    Files.createSymbolicLink(root.resolve("README.md"), outside.resolve("secret.json"));

    assertThatCode(() -> roots.requireFiles(root, 1, name -> name.endsWith(".safetensors")))
        .doesNotThrowAnyException();
  }

  @Test
  void aLinkInsideTheRootsIsFollowed() throws IOException {
    Path shared = Files.writeString(root.resolve("shared.json"), "{}");
    Path link = Files.createSymbolicLink(root.resolve("config.json"), shared);

    assertThat(roots.require(link)).isEqualTo(shared);
  }

  /// The root may be a snapshot alone: its files are blobs of the repository around it.
  @Test
  void aCachesOwnLinksAreFollowedToItsBlobs() throws IOException {
    Path repository = folder.resolve("hub/models--org--name");
    Path blob = Files.createDirectories(repository.resolve("blobs")).resolve("0123");
    Files.writeString(blob, "x");
    Path snapshot = Files.createDirectories(repository.resolve("snapshots/abc"));
    Path file =
        Files.createSymbolicLink(
            snapshot.resolve("model.safetensors"), Path.of("../../blobs/0123"));
    Path escape =
        Files.createSymbolicLink(snapshot.resolve("config.json"), outside.resolve("secret.json"));
    LocalRoots cache = new LocalRoots(List.of(snapshot));

    assertThat(cache.require(file)).isEqualTo(blob);
    assertThatThrownBy(() -> cache.require(escape))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(escape.toString());
  }

  @Test
  void aBlobsFolderThatIsItselfALinkAwayHelpsNobody() throws IOException {
    Path repository = Files.createDirectories(root.resolve("models--org--name"));
    Files.createSymbolicLink(repository.resolve("blobs"), outside);
    Path snapshot = Files.createDirectories(repository.resolve("snapshots/abc"));
    Path file =
        Files.createSymbolicLink(
            snapshot.resolve("config.json"), Path.of("../../blobs/secret.json"));

    assertThatThrownBy(() -> roots.require(file)).isInstanceOf(BadInputException.class);
  }

  @Test
  void nothingIsBelowNoRoots() {
    assertThatThrownBy(() -> new LocalRoots(List.of()).require(root))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("none");
  }
}
