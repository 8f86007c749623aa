package dev.halcyon.standalone;

import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.HubConfig;
import dev.halcyon.hub.HubException;
import dev.halcyon.hub.HubSnapshot;
import dev.halcyon.hub.checkpoint.RemoteAdapter;
import dev.halcyon.hub.checkpoint.RemoteCheckpoint;
import dev.halcyon.hub.checkpoint.RemoteTensor;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.ModelReference;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.tensors.adapters.AdapterFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Models as folders of this machine. One of the Hub is downloaded into the command's work folder:
/// files that the local cache holds as links, the others by a download.
final class ModelFolders implements AutoCloseable {
  private static final long MOST_BESIDE = 64 << 20;
  private static final Set<String> BESIDE = Set.of("json", "txt", "model", "jinja");

  private final WorkFolder work;
  private final Console console;
  private Optional<HubClient> client = Optional.empty();

  ModelFolders(WorkFolder work, Console console) {
    this.work = work;
    this.console = console;
  }

  /// The folder, or the file of weights, of a model.
  Path of(ModelSpec model) throws IOException {
    return switch (LocalModels.reference(model.model())) {
      case ModelReference.Local local -> local.path();
      case ModelReference.Hub hub -> brought(hub);
      case ModelReference.Store store ->
          throw new BadInputException(
              "model %s: a model is read from a folder or, as org/name, from the Hub"
                  .formatted(store));
    };
  }

  static boolean isAdapter(Path model) throws IOException {
    return AdapterFolder.is(model);
  }

  /// Small files beside a model's weights that belong to it: its config, index and tokenizer.
  static List<Path> besideWeights(Path model) throws IOException {
    if (!Files.isDirectory(model)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(model)) {
      return files
          .filter(file -> isBeside(file.getFileName().toString()))
          .filter(Files::isRegularFile)
          .filter(file -> file.toFile().length() <= MOST_BESIDE)
          .sorted()
          .toList();
    }
  }

  private static boolean isBeside(String name) {
    return !name.startsWith(".") && BESIDE.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private Path brought(ModelReference.Hub model) throws IOException {
    try {
      HubSnapshot snapshot = client().resolve(model.repository(), model.revision());
      Path folder =
          work.temporary()
              .resolve(model.repository().name().replace("/", "--") + "@" + snapshot.commit());
      Files.createDirectories(folder);
      for (HubFile file : files(snapshot)) {
        bring(file, folder.resolve(file.path()));
      }
      return folder;
    } catch (HubException e) {
      throw e.isTransient()
          ? new EnvironmentException(e.getMessage(), e)
          : new BadInputException(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new EnvironmentException(e.getMessage(), e);
    }
  }

  private HubClient client() {
    if (client.isEmpty()) {
      client = Optional.of(HubClient.open(HubConfig.fromEnvironment()));
    }
    return client.get();
  }

  private Set<HubFile> files(HubSnapshot snapshot) throws IOException {
    if (RemoteAdapter.is(snapshot)) {
      throw new BadInputException(
          snapshot.repository().name()
              + " is a LoRA adapter, which is smaller than a task vector: whole models are taken");
    }
    Set<HubFile> files = new LinkedHashSet<>();
    RemoteCheckpoint.open(client(), snapshot).tensors().stream()
        .map(RemoteTensor::file)
        .forEach(files::add);
    for (String name : snapshot.namesAtRoot()) {
      snapshot
          .find(name)
          .filter(file -> isBeside(name) && file.size() <= MOST_BESIDE)
          .ifPresent(files::add);
    }
    return files;
  }

  private void bring(HubFile file, Path target) throws IOException {
    Optional<Path> cached = client().cached(file);
    if (cached.isPresent()) {
      Files.createSymbolicLink(target, cached.get().toRealPath());
      return;
    }
    if (!console.quiet()) {
      console.err().println("downloading " + file + ", " + Bytes.text(file.size()));
      console.err().flush();
    }
    client().patient().download(file, target);
  }

  @Override
  public void close() {
    client.ifPresent(HubClient::close);
  }
}
