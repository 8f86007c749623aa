package dev.halcyon.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.fixture.LocalHub;
import dev.halcyon.hub.fixture.Repository;
import dev.halcyon.hub.fixture.Request;
import dev.halcyon.hub.fixture.TinyModel;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.RepositoryId;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubClientTest {
  private static final RepositoryId MODEL = RepositoryId.model("acme/tiny");
  private static final int ELEMENTS = 9_000_000;

  @TempDir Path folder;
  private LocalHub hub;
  private Path model;

  @BeforeEach
  void start() throws IOException {
    hub = new LocalHub(folder);
    model = TinyModel.single(folder.resolve("tiny"), ELEMENTS);
    Files.writeString(
        Files.createDirectories(model.resolve("sub folder")).resolve("ä.txt"), "hello");
    hub.server.add(Repository.model("acme/tiny", model));
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void aRevisionBecomesACommitWithItsFiles() throws IOException {
    HubSnapshot snapshot = hub.client().resolve(MODEL, "main");
    assertThat(snapshot.commit()).matches("[0-9a-f]{40}");
    assertThat(snapshot.files())
        .extracting(HubFile::path)
        .containsExactly("config.json", "model.safetensors", "sub folder/ä.txt");
    HubFile weights = snapshot.file("model.safetensors");
    assertThat(weights.size()).isEqualTo(Files.size(model.resolve("model.safetensors")));
    assertThat(weights.sha256()).isPresent();
    assertThat(snapshot.file("config.json").sha256()).isEmpty();
  }

  @Test
  void aListingOfManyPagesIsReadWhole() throws IOException {
    hub.server.treePage(1);
    assertThat(hub.client().resolve(MODEL, "main").files()).hasSize(3);
  }

  @Test
  void aRenamedModelIsFoundUnderItsOldName() throws IOException {
    hub.server.rename("acme/old", "acme/tiny");
    HubClient client = hub.client();
    HubSnapshot snapshot = client.resolve(RepositoryId.model("acme/old"), "main");
    assertThat(client.read(snapshot.file("config.json"), 1000)).asString().contains("llama");
  }

  @Test
  void smallFilesComeWhole() throws IOException {
    HubClient client = hub.client();
    HubFile file = client.resolve(MODEL, "main").file("sub folder/ä.txt");
    assertThat(client.read(file, 100)).asString().isEqualTo("hello");
  }

  @Test
  void aLargerFileThanAllowedIsNotRead() throws IOException {
    HubClient client = hub.client();
    HubFile file = client.resolve(MODEL, "main").file("model.safetensors");
    assertThatThrownBy(() -> client.read(file, 1000)).hasMessageContaining("at most 1000");
    assertThat(hub.server.bytesFromCdn()).isZero();
  }

  @Test
  void aRangeComesInOrderByParallelRequestsToOneSignedUrl() throws IOException {
    HubClient client = hub.client();
    HubFile file = client.resolve(MODEL, "main").file("model.safetensors");
    byte[] all = Files.readAllBytes(model.resolve("model.safetensors"));
    hub.server.forgetRequests();

    assertThat(stream(client, file, 1001, all.length - 1500))
        .isEqualTo(Arrays.copyOfRange(all, 1001, all.length - 499));

    List<Request> ranges =
        hub.server.requests().stream().filter(r -> r.range().isPresent()).toList();
    assertThat(ranges).hasSize(5).allMatch(request -> request.origin().equals("cdn"));
    assertThat(ranges.stream().map(Request::connection).distinct().count()).isGreaterThan(1);
    assertThat(hub.server.requests()).filteredOn(r -> r.origin().equals("hub")).hasSize(1);
    assertThat(hub.events.received.get()).isEqualTo(all.length - 1500);
  }

  @Test
  void aDownloadIsTheSameFile() throws IOException {
    HubClient client = hub.client();
    HubFile file = client.resolve(MODEL, "main").file("model.safetensors");
    Path target = folder.resolve("out/copy.safetensors");
    client.download(file, target);
    assertThat(target).hasSameBinaryContentAs(model.resolve("model.safetensors"));
    assertThat(folder.resolve("out")).isDirectoryContaining(path -> path.equals(target));
    try (var files = Files.list(folder.resolve("out"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void aConsumersFailureEndsTheTransferAndLeavesTheClientUsable() throws IOException {
    HubClient client = hub.client();
    HubFile file = client.resolve(MODEL, "main").file("model.safetensors");
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() ->
              client.stream(
                  file,
                  0,
                  file.size(),
                  (position, chunk) -> {
                    throw new IOException("disk full");
                  }))
          .hasMessage("disk full");
    }
    assertThat(stream(client, file, 0, (int) file.size()))
        .isEqualTo(Files.readAllBytes(model.resolve("model.safetensors")));
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    HubClient client = hub.client();
    assertFails(
        () -> client.resolve(RepositoryId.model("acme/none"), "main"),
        Reason.REPOSITORY_NOT_FOUND,
        "acme/none",
        "HF_TOKEN");
    assertFails(() -> client.resolve(MODEL, "v9"), Reason.REVISION_NOT_FOUND, "acme/tiny", "'v9'");
    assertFails(
        () -> client.resolve(MODEL, "main").file("nothing.bin"),
        Reason.ENTRY_NOT_FOUND,
        "nothing.bin");
    HubSnapshot snapshot = client.resolve(MODEL, "main");
    HubFile gone = new HubFile(MODEL, snapshot.commit(), "gone.bin", 5, java.util.Optional.empty());
    assertFails(() -> client.read(gone, 10), Reason.ENTRY_NOT_FOUND, "gone.bin");
  }

  @Test
  void eachLockedDoorHasItsOwnMessage() throws IOException {
    for (Repository.Access access : Repository.Access.values()) {
      String name = "acme/" + access.name().toLowerCase(java.util.Locale.ROOT);
      hub.server.add(Repository.model(name, model).access(access));
    }
    HubClient anonymous = hub.client();
    HubSnapshot gated = anonymous.resolve(RepositoryId.model("acme/gated"), "main");
    assertFails(
        () -> anonymous.read(gated.file("config.json"), 1000),
        Reason.GATED,
        "accept its terms at " + hub.server.endpoint() + "/acme/gated",
        "set HF_TOKEN");
    assertFails(
        () -> anonymous.resolve(RepositoryId.model("acme/private"), "main"),
        Reason.REPOSITORY_NOT_FOUND,
        "private");
    assertFails(
        () -> anonymous.resolve(RepositoryId.model("acme/disabled"), "main"),
        Reason.DISABLED,
        "disabled");

    HubClient known = hub.client(hub.config(true));
    assertThat(known.read(gated.file("config.json"), 1000)).isNotEmpty();
    assertThat(known.resolve(RepositoryId.model("acme/private"), "main").files()).isNotEmpty();
    assertFails(
        () -> known.resolve(RepositoryId.model("acme/none"), "main"),
        Reason.REPOSITORY_NOT_FOUND,
        "token from HF_TOKEN");

    HubConfig wrong =
        new HubConfig(
            hub.server.endpoint(),
            hub.server.endpoint(),
            java.util.Optional.of(new AccessToken("hf_nobody", "HF_TOKEN")),
            hub.cache(),
            false);
    assertFails(
        () -> hub.client(wrong).resolve(MODEL, "main"),
        Reason.WRONG_TOKEN,
        "does not accept the token from HF_TOKEN",
        "/settings/tokens");
  }

  @Test
  void aTokenWithoutTheTermsAcceptedIsTold() throws IOException {
    hub.server.add(Repository.model("acme/gated", model).access(Repository.Access.GATED));
    hub.server.token("hf_stranger", false);
    HubConfig config =
        new HubConfig(
            hub.server.endpoint(),
            hub.server.endpoint(),
            java.util.Optional.of(new AccessToken("hf_stranger", "HF_TOKEN")),
            hub.cache(),
            false);
    HubClient client = hub.client(config);
    HubSnapshot gated = client.resolve(RepositoryId.model("acme/gated"), "main");
    assertFails(
        () -> client.read(gated.file("model.safetensors"), 0, 8),
        Reason.GATED,
        "of the account that did");
  }

  private interface Call {
    void run() throws IOException;
  }

  private static void assertFails(Call call, Reason reason, String... words) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(HubException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .message()
        .contains(words);
  }

  static byte[] stream(HubClient client, HubFile file, long offset, int length) throws IOException {
    byte[] content = new byte[length];
    List<Long> positions = new ArrayList<>();
    client.stream(
        file,
        offset,
        length,
        (position, chunk) -> {
          positions.add(position);
          MemorySegment.copy(
              chunk, ValueLayout.JAVA_BYTE, 0, content, (int) position, (int) chunk.byteSize());
        });
    assertThat(positions).isSorted().doesNotHaveDuplicates();
    return content;
  }
}
