package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.store.ModelManifest;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.HubRange;
import dev.halcyon.contracts.store.TensorCopy.InFile;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.contracts.store.TensorCopy.Location;
import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.HubException;
import dev.halcyon.hub.HubSnapshot;
import dev.halcyon.hub.checkpoint.RemoteAdapter;
import dev.halcyon.hub.checkpoint.RemoteCheckpoint;
import dev.halcyon.hub.checkpoint.RemoteTensor;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.ModelReference;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.models.ModelFolder;
import dev.halcyon.services.common.models.ModelUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the headers of a checkpoint or adapter on the Hub at the commit that its revision stands
/// for now. Tensors are to be downloaded into the store, except those of files that the local cache
/// holds, where workers see that cache too.
final class HubModelReader {
  private final HubAccess hub;
  private final ObjectStore store;
  private final ModelUse use;
  private final boolean cacheInPlace;

  /// @param cacheInPlace whether workers see the local Hugging Face cache too
  HubModelReader(HubAccess hub, ObjectStore store, ModelUse use, boolean cacheInPlace) {
    this.hub = hub;
    this.store = store;
    this.use = use;
    this.cacheInPlace = cacheInPlace;
  }

  /// @param name `base`, `ft1`, …
  /// @param base that the model was tuned from, so that it may be an adapter; empty for the base
  ModelTensors read(String name, ModelReference.Hub reference, Optional<ModelTensors> base)
      throws IOException {
    HubClient client = hub.client();
    try {
      HubSnapshot snapshot = client.resolve(reference.repository(), reference.revision());
      Reading reading = new Reading(client, snapshot);
      return base.isPresent() && RemoteAdapter.is(snapshot)
          ? reading.adapter(name, RemoteAdapter.open(client, snapshot), base.get())
          : reading.checkpoint(name, RemoteCheckpoint.open(client, snapshot));
    } catch (HubException e) {
      throw HubAccess.classed(e);
    }
  }

  /// One model.
  private final class Reading {
    private final HubClient client;
    private final HubSnapshot snapshot;
    private final ModelFolder folder;
    private final Map<HubFile, Optional<CachedFile>> cached = new HashMap<>();

    Reading(HubClient client, HubSnapshot snapshot) {
      this.client = client;
      this.snapshot = snapshot;
      this.folder = ModelFolder.of(snapshot.repository().name(), snapshot.commit());
    }

    ModelTensors checkpoint(String name, RemoteCheckpoint checkpoint) throws IOException {
      List<StoredTensor> stored = stored(checkpoint.tensors());
      Map<String, TensorCopy> tensors =
          new StoredWeights(name, source(), stored, checkpoint.quantization()).copies();
      return ModelTensors.of(name, source(), fingerprint(), tensors, files(), checkpoint.notes());
    }

    ModelTensors adapter(String name, RemoteAdapter adapter, ModelTensors base) throws IOException {
      return new AdaptedModel(name, base, stored(adapter.tensors()))
          .tensors(source(), fingerprint(), adapter.config(), adapter.parts(), adapter.note());
    }

    private String fingerprint() {
      return snapshot.repository().name() + "@" + snapshot.commit();
    }

    private String source() {
      return "hf:" + fingerprint();
    }

    private List<StoredTensor> stored(List<RemoteTensor> tensors) throws IOException {
      List<StoredTensor> stored = new ArrayList<>();
      for (RemoteTensor tensor : tensors) {
        stored.add(stored(tensor));
      }
      if (stored.stream().anyMatch(tensor -> tensor.location() instanceof InStore)) {
        use.mark(folder);
        store.putIfAbsent(folder.fileKey(ModelManifest.FILE), Json.prettyBytes(manifest(tensors)));
      }
      return stored;
    }

    private Map<String, Location> files() throws IOException {
      Map<String, Location> files = new LinkedHashMap<>();
      for (String name : PlacedModel.FILES) {
        Optional<HubFile> file = snapshot.find(name);
        if (file.isPresent()) {
          files.put(name, location(file.get()));
        }
      }
      return files;
    }

    private Location location(HubFile file) throws IOException {
      Optional<CachedFile> local = inCache(file);
      return local.isPresent()
          ? local.get().at(0)
          : inStore(folder.fileKey(file.path()), file, 0, file.size(), file.sha256());
    }

    private StoredTensor stored(RemoteTensor tensor) throws IOException {
      return StoredTensor.whole(
          tensor.name(), tensor.dtype(), tensor.shape(), tensor.bytes(), location(tensor));
    }

    private Location location(RemoteTensor tensor) throws IOException {
      Optional<CachedFile> file = inCache(tensor.file());
      return file.isPresent()
          ? file.get().at(tensor.offset())
          : inStore(
              folder.tensorKey(tensor.name()),
              tensor.file(),
              tensor.offset(),
              tensor.bytes(),
              Optional.empty());
    }

    private static InStore inStore(
        String key, HubFile file, long offset, long bytes, Optional<String> sha256) {
      HubRange origin =
          new HubRange(
              file.repository().name(),
              file.commit(),
              file.path(),
              file.size(),
              offset,
              bytes,
              sha256);
      return new InStore(key, Optional.of(origin));
    }

    private Optional<CachedFile> inCache(HubFile file) throws IOException {
      return cacheInPlace ? cached(file) : Optional.empty();
    }

    private Optional<CachedFile> cached(HubFile file) throws IOException {
      Optional<CachedFile> known = cached.get(file);
      if (known == null) {
        Optional<Path> path = client.cached(file);
        known = path.isPresent() ? Optional.of(CachedFile.of(path.get())) : Optional.empty();
        cached.put(file, known);
      }
      return known;
    }

    private ModelManifest manifest(List<RemoteTensor> tensors) {
      return new ModelManifest(
          ModelManifest.SCHEMA,
          snapshot.repository().name(),
          snapshot.commit(),
          tensors.stream().map(this::entry).toList());
    }

    private ModelManifest.Entry entry(RemoteTensor tensor) {
      return new ModelManifest.Entry(
          tensor.name(),
          folder.tensorKey(tensor.name()),
          tensor.dtype(),
          tensor.shape(),
          tensor.bytes());
    }
  }

  /// A file of the local cache as it is now.
  private record CachedFile(Path path, BasicFileAttributes attributes) {
    static CachedFile of(Path path) throws IOException {
      Path real = path.toRealPath();
      return new CachedFile(real, Files.readAttributes(real, BasicFileAttributes.class));
    }

    InFile at(long offset) {
      return new InFile(
          path.toString(), offset, attributes.size(), attributes.lastModifiedTime().toInstant());
    }
  }
}
