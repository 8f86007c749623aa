package dev.halcyon.hub.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.HubException;
import dev.halcyon.hub.fixture.LocalHub;
import dev.halcyon.hub.fixture.Repository;
import dev.halcyon.hub.fixture.TinyModel;
import dev.halcyon.hub.repository.RepositoryId;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteCheckpointTest {
  @TempDir Path folder;
  private LocalHub hub;

  @BeforeEach
  void start() {
    hub = new LocalHub(folder);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void aShardedModelsTensorsAreThoseOfTheLocalCheckpointAndOnlyHeadersTravel() throws IOException {
    Path model = TinyModel.sharded(folder.resolve("m"), 1_000_000);
    HubClient client = hub.client();
    RemoteCheckpoint remote = open(client, Repository.model("acme/m", model));

    List<TensorInfo> local;
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      local = checkpoint.tensors();
    }
    assertThat(remote.tensors())
        .extracting(
            RemoteTensor::name,
            RemoteTensor::dtype,
            RemoteTensor::shape,
            tensor -> tensor.file().path(),
            RemoteTensor::offset,
            RemoteTensor::bytes)
        .containsExactlyElementsOf(
            local.stream()
                .map(tensor ->
                    org.assertj.core.groups.Tuple.tuple(
                        tensor.name(),
                        tensor.dtype(),
                        tensor.shape(),
                        tensor.file().getFileName().toString(),
                        tensor.offset(),
                        tensor.bytes()))
                .toList());
    assertThat(hub.server.bytesFromCdn()).isLessThan(1000);
  }

  @Test
  void aTensorsBytesAreThoseOfTheFile() throws IOException {
    Path model = TinyModel.single(folder.resolve("m"), 3_000_000);
    HubClient client = hub.client();
    RemoteCheckpoint remote = open(client, Repository.model("acme/m", model));
    RemoteTensor bias =
        remote.tensors().stream()
            .filter(tensor -> tensor.name().equals("layer.bias"))
            .findFirst()
            .orElseThrow();
    byte[] file = Files.readAllBytes(model.resolve("model.safetensors"));
    assertThat(client.read(bias.file(), bias.offset(), (int) bias.bytes()))
        .isEqualTo(java.util.Arrays.copyOfRange(file, file.length - 34, file.length));
    assertThat(remote.tensors().stream().mapToLong(RemoteTensor::bytes).sum()).isEqualTo(6_000_034);
  }

  @Test
  void anIndexThatLeadsOutOfTheFolderIsRefused() throws IOException {
    for (String shard :
        List.of("../model.safetensors", "/etc/x.safetensors", "sub/m.safetensors")) {
      Path model = TinyModel.sharded(folder.resolve("m"), 10);
      TinyModel.writeIndex(model, Map.of("first.weight", shard));
      assertInvalid(Repository.model("acme/m", model), "is not the name of a .safetensors file");
    }
  }

  @Test
  void aShardThatIsNotThereIsNamed() throws IOException {
    Path model = TinyModel.sharded(folder.resolve("m"), 10);
    Files.delete(model.resolve("model-00002-of-00002.safetensors"));
    assertInvalid(
        Repository.model("acme/m", model),
        "model-00002-of-00002.safetensors, which the repository does not have");
  }

  @Test
  void whatTheIndexDoesNotListIsLeftOutAndNamed() throws IOException {
    Path model = TinyModel.sharded(folder.resolve("m"), 10);
    RemoteCheckpoint whole = open(hub.client(), Repository.model("acme/whole", model));
    RemoteTensor kept = whole.tensors().getFirst();
    TinyModel.writeIndex(model, Map.of(kept.name(), kept.file().path()));
    TinyModel.single(model, 10);
    Files.delete(model.resolve("model.safetensors"));
    RemoteCheckpoint remote = open(hub.client(), Repository.model("acme/m", model));

    assertThat(remote.tensors()).extracting(RemoteTensor::name).containsExactly(kept.name());
    assertThat(String.join(" ", remote.notes())).contains("ignored: ");
  }

  @Test
  void ofTwoSetsOfWeightsOneIsReadAndTheOtherNamed() throws IOException {
    Path model = TinyModel.sharded(folder.resolve("m"), 10);
    TinyModel.single(model, 10);
    RemoteCheckpoint remote = open(hub.client(), Repository.model("acme/m", model));

    assertThat(remote.notes())
        .singleElement()
        .asString()
        .startsWith("weights are read from model.safetensors; ignored: model-00001-of-0000")
        .contains("model.safetensors.index.json");
  }

  @Test
  void aCompleteSetOfShardsNeedsNoIndex() throws IOException {
    Path model = TinyModel.sharded(folder.resolve("m"), 10);
    RemoteCheckpoint indexed = open(hub.client(), Repository.model("acme/indexed", model));
    Files.delete(model.resolve("model.safetensors.index.json"));
    RemoteCheckpoint remote = open(hub.client(), Repository.model("acme/m", model));

    assertThat(remote.tensors())
        .extracting(RemoteTensor::name)
        .isEqualTo(indexed.tensors().stream().map(RemoteTensor::name).toList());
    assertThat(remote.notes()).singleElement().asString().startsWith("there is no index");
  }

  @Test
  void aDamagedHeaderIsRefusedBeforeItIsFetched() throws IOException {
    Path model = TinyModel.single(folder.resolve("m"), 10);
    Path file = model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[6] = 0x7f;
    Files.write(file, bytes);
    assertInvalid(Repository.model("acme/m", model), "at most 100000000 are allowed");
    assertThat(hub.server.bytesFromCdn()).isLessThanOrEqualTo(8);
  }

  @Test
  void aRepositoryWithoutSafetensorsSaysWhatItHolds() throws IOException {
    Path model = Files.createDirectories(folder.resolve("m"));
    Files.writeString(model.resolve("pytorch_model.bin"), "x");
    assertInvalid(
        Repository.model("acme/m", model),
        "holds PyTorch weights (pytorch_model.bin) but no safetensors");
  }

  @Test
  void aListingThatLeadsOutOfTheRepositoryIsRefused() throws IOException {
    for (String name :
        List.of("../../etc/passwd", "/etc/passwd", "a/../../b", "c:\\x", "a\u0000b")) {
      Path model = TinyModel.single(folder.resolve("m"), 10);
      hub.server.add(Repository.model("acme/m", model).listedAs("config.json", name));
      assertThatThrownBy(() -> hub.client().resolve(RepositoryId.model("acme/m"), "main"))
          .isInstanceOfSatisfying(
              HubException.class,
              e -> assertThat(e.reason()).isEqualTo(HubException.Reason.INVALID_RESPONSE))
          .hasMessageContaining("leads out of the repository");
    }
  }

  private RemoteCheckpoint open(HubClient client, Repository repository) throws IOException {
    hub.server.add(repository);
    return RemoteCheckpoint.open(
        client, client.resolve(RepositoryId.model(repository.name()), "main"));
  }

  private void assertInvalid(Repository repository, String problem) {
    assertThatThrownBy(() -> open(hub.client(), repository))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("acme/m")
        .hasMessageContaining(problem);
  }
}
