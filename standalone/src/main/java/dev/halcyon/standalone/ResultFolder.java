package dev.halcyon.standalone;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.ResultManifest;
import dev.halcyon.contracts.results.ResultManifest.ResultFile;
import dev.halcyon.contracts.store.Digest;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The output folder. Files are written into a folder of their own in it first (it may be a mount)
/// and moved to their places when all are there, so an interrupted command or a full disk leaves no
/// file that is half a result; what else is in the folder stays.
final class ResultFolder {
  private final Path folder;
  private final Path staging;

  /// Whether the folder is this object's own, so that it goes where nothing comes into it.
  private boolean created;

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
      throw new BadInputException("%s is a file: --output must be a folder".formatted(existing));
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
      throw unwritable(e);
    } finally {
      discard();
    }
  }

  private void bring(ResultManifest manifest, Contents contents) throws IOException {
    Files.createDirectories(staging);
    for (ResultFile file : manifest.files()) {
      bring(file, contents);
    }
    move(manifest.files().stream().map(ResultFile::name).toList());
  }

  /// The folder in which files are written that [#publish(List)] moves to their places.
  Path begin() throws IOException {
    try {
      created = created || !Files.exists(folder);
      return Files.createDirectories(staging);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /// Moves files that are whole to their places; none is moved before this.
  void publish(List<String> names) throws IOException {
    try {
      move(names);
    } catch (IOException e) {
      throw unwritable(e);
    } finally {
      discard();
    }
  }

  /// Writes small files, all or none; returns their names.
  Set<String> add(Map<String, byte[]> files) throws IOException {
    if (files.isEmpty()) {
      return Set.of();
    }
    Path target = begin();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.createDirectories(parent(target, file.getKey()));
      Files.write(target.resolve(file.getKey()), file.getValue());
    }
    publish(List.copyOf(files.keySet()));
    return files.keySet();
  }

  private EnvironmentException unwritable(IOException e) {
    return new EnvironmentException(
        "the results cannot be written to %s: %s".formatted(folder, Failures.of(e).message()), e);
  }

  private void move(List<String> names) throws IOException {
    for (String name : names) {
      Files.createDirectories(parent(folder, name));
      Files.move(
          staging.resolve(name),
          folder.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /// Removes files that were written and not moved in.
  void discard() throws IOException {
    if (Files.exists(staging)) {
      LockedFolder.delete(staging);
    }
    if (created && isEmpty()) {
      Files.deleteIfExists(folder);
    }
  }

  private boolean isEmpty() throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
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
    Files.createDirectories(parent(staging, file.name()));
    MessageDigest digest = Digest.sha256();
    try (InputStream content = contents.open(file);
        DigestInputStream digested = new DigestInputStream(content, digest)) {
      Files.copy(digested, target);
    }
    if (!HexFormat.of().formatHex(digest.digest()).equals(file.sha256())) {
      throw new EnvironmentException(
          file.name() + " does not match its manifest: the stored object was changed");
    }
  }

  private static String key(ResultManifest manifest, ResultFile file) {
    return file.object()
        .orElseGet(() -> StoreKeys.result(manifest.jobId(), manifest.renderingId(), file.name()));
  }

  private static Path parent(Path folder, String file) {
    Path parent = folder.resolve(file).getParent();
    return parent == null ? folder : parent;
  }
}
