package dev.halcyon.standalone;

import dev.halcyon.contracts.Digest;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.ResultManifest;
import dev.halcyon.contracts.ResultManifest.ResultFile;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The folder a user finds results in. Files are brought beside it first and moved in when all are
/// there, so an interrupted command or a full disk leaves no file that is half a result; what else
/// is in the folder stays.
final class ResultFolder {
  private final Path folder;
  private final Path staging;

  ResultFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
    this.staging =
        this.folder.resolveSibling(
            "." + this.folder.getFileName() + "." + ProcessHandle.current().pid() + ".partial");
  }

  /// Checks, before any work is done, that results will have a place.
  void check() throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new BadInputException("%s is a file: --output names a folder".formatted(folder));
    }
    Path existing = folder;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
      throw new EnvironmentException(
          "%s cannot be written: no permission for %s".formatted(folder, existing));
    }
  }

  /// Brings a rendering's files; returns the list of them.
  ResultManifest fill(ObjectStore store, String jobId, String renderingId) throws IOException {
    ResultManifest manifest =
        Json.read(store.get(StoreKeys.resultManifest(jobId, renderingId)), ResultManifest.class);
    try {
      Files.createDirectories(staging);
      for (ResultFile file : manifest.files()) {
        Files.write(staging.resolve(file.name()), content(store, manifest, file));
      }
      Files.createDirectories(folder);
      for (ResultFile file : manifest.files()) {
        Files.move(
            staging.resolve(file.name()),
            folder.resolve(file.name()),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      discard();
    }
    return manifest;
  }

  /// Removes what was brought and not moved in.
  void discard() throws IOException {
    if (Files.exists(staging)) {
      WorkFolder.delete(staging);
    }
  }

  Path path() {
    return folder;
  }

  private static byte[] content(ObjectStore store, ResultManifest manifest, ResultFile file)
      throws IOException {
    String key = StoreKeys.result(manifest.jobId(), manifest.renderingId(), file.name());
    byte[] content = store.get(key);
    if (!Digest.sha256(content).equals(file.sha256())) {
      throw new EnvironmentException(
          key + " is not what its manifest says: the store's object was changed");
    }
    return content;
  }
}
