package dev.halcyon.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.hub.checkpoint.RemoteCheckpoint;
import dev.halcyon.hub.fixture.LocalHub;
import dev.halcyon.hub.fixture.Repository;
import dev.halcyon.hub.fixture.TinyModel;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.RepositoryId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cache's folders are laid out here as `huggingface_hub` lays them out; that they are is
/// checked with that library by `tools/hub/check_fixture.py`.
class HubCacheTest {
  private static final RepositoryId MODEL = RepositoryId.model("acme/tiny");

  @TempDir Path folder;
  private LocalHub hub;
  private Path model;
  private String commit;

  @BeforeEach
  void start() throws IOException {
    hub = new LocalHub(folder);
    model = TinyModel.single(folder.resolve("tiny"), 1000);
    Repository repository = Repository.model("acme/tiny", model);
    hub.server.add(repository);
    commit = repository.commit("main");
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void aCachedFileIsReadInPlace() throws IOException {
    HubClient client = hub.client();
    HubFile file = client.resolve(MODEL, "main").file("model.safetensors");
    cache(file, "main", Files.readAllBytes(model.resolve("model.safetensors")));
    hub.server.forgetRequests();
    assertThat(client.read(file, 10_000))
        .isEqualTo(Files.readAllBytes(model.resolve("model.safetensors")));
    assertThat(client.cached(file)).isPresent();
    assertThat(hub.server.requests()).isEmpty();
  }

  @Test
  void aCachedFileOfAnotherSizeIsNotUsed() throws IOException {
    HubClient client = hub.client();
    HubFile file = client.resolve(MODEL, "main").file("model.safetensors");
    cache(file, "main", new byte[10]);
    assertThat(client.cached(file)).isEmpty();
    assertThat(client.read(file, 10_000))
        .isEqualTo(Files.readAllBytes(model.resolve("model.safetensors")));
  }

  @Test
  void offlineTheCacheAnswersAndNobodyIsAsked() throws IOException {
    HubFile file = hub.client().resolve(MODEL, "main").file("model.safetensors");
    cache(file, "refs/pr/1", Files.readAllBytes(model.resolve("model.safetensors")));
    hub.server.forgetRequests();
    HubClient offline = hub.client(offline());
    HubSnapshot snapshot = offline.resolve(MODEL, "refs/pr/1");
    assertThat(snapshot.commit()).isEqualTo(commit);
    assertThat(snapshot.files()).containsExactly(file);
    assertThat(RemoteCheckpoint.open(offline, snapshot).tensors()).hasSize(2);
    assertThat(hub.server.requests()).isEmpty();
  }

  @Test
  void offlineWhatIsNotCachedIsAClearError() throws IOException {
    HubFile file = hub.client().resolve(MODEL, "main").file("model.safetensors");
    hub.server.forgetRequests();
    HubClient offline = hub.client(offline());
    assertThatThrownBy(() -> offline.resolve(MODEL, "main"))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(HubException.Reason.OFFLINE))
        .hasMessageContaining("HF_HUB_OFFLINE")
        .hasMessageContaining(hub.cache().toString());
    assertThatThrownBy(() -> offline.read(file, 10_000)).hasMessageContaining("HF_HUB_OFFLINE");
    assertThat(hub.server.requests()).isEmpty();
  }

  @Test
  void offlineAMissingBlobIsNamed() throws IOException {
    HubFile file = hub.client().resolve(MODEL, "main").file("model.safetensors");
    cache(file, "main", Files.readAllBytes(model.resolve("model.safetensors")));
    String blob = file.sha256().orElseThrow();
    Files.delete(hub.cache().resolve("models--acme--tiny/blobs").resolve(blob));
    HubClient offline = hub.client(offline());
    HubSnapshot snapshot = offline.resolve(MODEL, "main");
    assertThatThrownBy(() -> RemoteCheckpoint.open(offline, snapshot))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(HubException.Reason.OFFLINE))
        .hasMessageContaining("acme/tiny")
        .hasMessageContaining("model.safetensors] is a link to the blob " + blob)
        .hasMessageContaining("which is not there");
  }

  private HubConfig offline() {
    HubConfig config = hub.config(false);
    return new HubConfig(
        config.endpoint(), config.datasetsServer(), config.token(), config.cache(), true);
  }

  private void cache(HubFile file, String revision, byte[] content) throws IOException {
    Path repository = hub.cache().resolve("models--acme--tiny");
    Path blob = repository.resolve("blobs").resolve(file.sha256().orElseThrow());
    Path pointer = repository.resolve("snapshots").resolve(commit).resolve(file.path());
    Path ref = repository.resolve("refs").resolve(revision);
    Files.createDirectories(blob.getParent());
    Files.createDirectories(pointer.getParent());
    Files.createDirectories(ref.getParent());
    Files.write(blob, content);
    Files.createSymbolicLink(pointer, pointer.getParent().relativize(blob));
    Files.writeString(ref, commit);
  }
}
