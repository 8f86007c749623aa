package dev.halcyon.standalone;

import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.HubConfig;
import dev.halcyon.hub.HubException;
import dev.halcyon.hub.HubFile;
import dev.halcyon.hub.HubSnapshot;
import dev.halcyon.hub.ModelReference;
import dev.halcyon.hub.RemoteCheckpoint;
import dev.halcyon.hub.RemoteTensor;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A whole model of the Hub as a folder in this user's cache, for what needs its configuration and
/// tokenizer beside its weights. A file is there whole and checked, or not at all; one that the
/// Hugging Face cache holds is linked to.
final class HubFolder {
  private static final List<String> COMPANIONS =
      List.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "model.safetensors.index.json");

  private final Path cache;
  private final Console console;

  /// @param cache that models lie in
  HubFolder(Path cache, Console console) {
    this.cache = cache;
    this.console = console;
  }

  /// The folder of a model, once all that is needed of it is there.
  ///
  /// @throws BadInputException where there is no such model, or it may not be read
  /// @throws EnvironmentException where the Hub does not answer
  Path of(ModelReference.Hub reference) throws IOException {
    try (HubClient client = HubClient.open(HubConfig.fromEnvironment())) {
      HubSnapshot snapshot = client.resolve(reference.repository(), reference.revision());
      Path folder =
          cache.resolve(snapshot.commit()).resolve(snapshot.repository().name().replace("/", "--"));
      for (HubFile file : needed(snapshot, RemoteCheckpoint.open(client, snapshot))) {
        bring(client, file, folder.resolve(file.path()));
      }
      return folder;
    } catch (HubException e) {
      throw e.isTransient()
          ? new EnvironmentException(e.getMessage(), e)
          : new BadInputException(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }

  private static Set<HubFile> needed(HubSnapshot snapshot, RemoteCheckpoint checkpoint) {
    Set<HubFile> files =
        COMPANIONS.stream()
            .flatMap(name -> snapshot.find(name).stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    checkpoint.tensors().stream().map(RemoteTensor::file).forEach(files::add);
    return files;
  }

  private void bring(HubClient client, HubFile file, Path target) throws IOException {
    if (Files.exists(target) && Files.size(target) == file.size()) {
      return;
    }
    Optional<Path> cached = client.cached(file);
    if (cached.isPresent()) {
      Files.createDirectories(target.getParent());
      Files.deleteIfExists(target);
      Files.createSymbolicLink(target, cached.get().toRealPath());
      return;
    }
    if (!console.quiet()) {
      console
          .err()
          .printf(
              "fetching %s of %s, %s%n", file.path(), file.repository(), Bytes.text(file.size()));
      console.err().flush();
    }
    client.download(file, target);
  }
}
