package dev.halcyon.standalone;

import dev.halcyon.contracts.Digest;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.ResultManifest;
import dev.halcyon.contracts.ResultManifest.ResultFile;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.services.common.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/// The folder a user finds results in. Files are brought into a folder of their own in it first (it
/// may be a mount) and moved to their places when all are there, so an interrupted command or a
/// full disk leaves no file that is half a result; what else is in the folder stays.
final class ResultFolder {
  private final Path folder;
  private final Path staging;

  ResultFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
    this.staging = this.folder.resolve(".halcyon-" + ProcessHandle.current().pid() + ".partial");
  }

  /// Checks, before any work is done, that results will have a place.
  void check() {
    Path existing = folder;
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      throw new BadInputException("%s is a file: --output names a folder".formatted(existing));
    }
    try {
      Files.delete(Files.createTempDirectory(existing, ".halcyon-"));
    } catch (IOException e) {
      throw new EnvironmentException(
          "the output folder %s cannot be written: %s".formatted(folder, Failures.of(e).message()),
          e);
    }
  }

  /// Brings a rendering's files; returns the list of them.
  ResultManifest fill(ObjectStore store, String jobId, String renderingId) throws IOException {
    ResultManifest manifest =
        Json.read(store.get(StoreKeys.resultManifest(jobId, renderingId)), ResultManifest.class);
    fill(manifest, file -> store.open(key(manifest, file), 0, file.size()));
    return manifest;
  }

  /// Where the content of result files comes from.
  interface Contents {
    /// A stream of the whole file, which the caller closes.
    InputStream open(ResultFile file) throws IOException;
  }

  /// Brings all files of a rendering, each checked against its digest.
  void fill(ResultManifest manifest, Contents contents) throws IOException {
    try {
      bring(manifest, contents);
    } catch (IOException e) {
      throw new EnvironmentException(
          "the results cannot be put into %s: %s".formatted(folder, Failures.of(e).message()), e);
    } finally {
      discard();
    }
  }

  private void bring(ResultManifest manifest, Contents contents) throws IOException {
    Files.createDirectories(staging);
    for (ResultFile file : manifest.files()) {
      bring(file, contents);
    }
    for (ResultFile file : manifest.files()) {
      Files.createDirectories(parent(folder, file));
      Files.move(
          staging.resolve(file.name()),
          folder.resolve(file.name()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /// Removes what was brought and not moved in.
  void discard() throws IOException {
    if (Files.exists(staging)) {
      LockedFolder.delete(staging);
    }
  }

  Path path() {
    return folder;
  }

  private void bring(ResultFile file, Contents contents) throws IOException {
    Path target = staging.resolve(file.name()).normalize();
    if (!target.startsWith(staging)) {
      throw new EnvironmentException(
          "the result file %s lies outside its folder: not written".formatted(file.name()));
    }
    Files.createDirectories(parent(staging, file));
    MessageDigest digest = Digest.sha256();
    try (InputStream content = contents.open(file);
        DigestInputStream digested = new DigestInputStream(content, digest)) {
      Files.copy(digested, target);
    }
    if (!HexFormat.of().formatHex(digest.digest()).equals(file.sha256())) {
      throw new EnvironmentException(
          file.name() + " is not what its manifest says: the stored object was changed");
    }
  }

  private static String key(ResultManifest manifest, ResultFile file) {
    return file.object()
        .orElseGet(() -> StoreKeys.result(manifest.jobId(), manifest.renderingId(), file.name()));
  }

  private static Path parent(Path folder, ResultFile file) {
    Path parent = folder.resolve(file.name()).getParent();
    return parent == null ? folder : parent;
  }
}
