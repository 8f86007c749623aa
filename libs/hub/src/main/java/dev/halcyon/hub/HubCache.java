package dev.halcyon.hub;

import static java.util.Objects.requireNonNull;

import dev.halcyon.hub.repository.FilePath;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.RepositoryId;
import dev.halcyon.hub.repository.Revisions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The local cache that Hugging Face's own tools fill; only read here. A repository lies in
/// `models--org--name` with `refs/<revision>`, `snapshots/<commit>` and `blobs`.
public final class HubCache {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final Path root;

  /// A cache, whether it exists or not.
  ///
  /// @param root the folder that holds the repositories' folders; need not exist
  public HubCache(Path root) {
    this.root = requireNonNull(root, "root is null");
  }

  /// A snapshot in the cache; it may lack files, since tools fetch only those they need.
  ///
  /// @param folder with the repository's files
  public record Snapshot(String commit, Path folder) {}

  /// The snapshot of a revision, where the cache has one.
  ///
  /// @param revision a commit, or a branch or tag as it was when last fetched
  public Optional<Snapshot> find(RepositoryId repository, String revision) throws IOException {
    Revisions.check(revision);
    Path folder = root.resolve(repository.cacheFolder());
    Optional<String> commit =
        Revisions.isCommit(revision) ? Optional.of(revision) : commitOf(folder, revision);
    return commit
        .map(sha -> new Snapshot(sha, folder.resolve("snapshots").resolve(sha)))
        .filter(snapshot -> Files.isDirectory(snapshot.folder()));
  }

  /// A file of a snapshot, where the cache has it whole.
  public Optional<Path> find(HubFile file) throws IOException {
    if (!FilePath.isSafe(file.path())) {
      return Optional.empty();
    }
    Optional<Path> path =
        find(file.repository(), file.commit())
            .map(snapshot -> snapshot.folder().resolve(file.path()))
            .filter(Files::isRegularFile);
    return path.isPresent() && Files.size(path.get()) == file.size() ? path : Optional.empty();
  }

  /// What of a revision is in the cache, with the digests that the names of its blobs are.
  Optional<HubSnapshot> snapshot(RepositoryId repository, String revision) throws IOException {
    Optional<Snapshot> found = find(repository, revision);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Snapshot snapshot = found.get();
    try (Stream<Path> paths = Files.walk(snapshot.folder())) {
      List<HubFile> files =
          paths
              .filter(path -> Files.isRegularFile(path) || Files.isSymbolicLink(path))
              .sorted()
              .map(path -> file(repository, snapshot, path))
              .toList();
      return Optional.of(new HubSnapshot(repository, revision, snapshot.commit(), files));
    }
  }

  /// The blob that a file of the cache is a link to, where that is not there.
  Optional<String> missingBlob(HubFile file) throws IOException {
    Optional<Path> link =
        find(file.repository(), file.commit())
            .map(snapshot -> snapshot.folder().resolve(file.path()))
            .filter(HubCache::isBroken);
    return link.isPresent() ? Optional.of(blob(link.get())) : Optional.empty();
  }

  /// A file whose blob is missing is listed without bytes, so that reading it says so.
  private static HubFile file(RepositoryId repository, Snapshot snapshot, Path path) {
    String name = snapshot.folder().relativize(path).toString().replace('\\', '/');
    try {
      Optional<String> sha256 =
          Optional.of(blob(path)).filter(blob -> SHA256.matcher(blob).matches());
      long size = isBroken(path) ? 0 : Files.size(path);
      return new HubFile(repository, snapshot.commit(), name, size, sha256);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static boolean isBroken(Path path) {
    return Files.isSymbolicLink(path) && !Files.exists(path);
  }

  private static String blob(Path path) throws IOException {
    Path blob = isBroken(path) ? Files.readSymbolicLink(path) : path.toRealPath();
    return blob.getFileName().toString();
  }

  private static Optional<String> commitOf(Path folder, String revision) throws IOException {
    Path ref = folder.resolve("refs").resolve(revision);
    return Files.isRegularFile(ref)
        ? Optional.of(Files.readString(ref).strip()).filter(Revisions::isCommit)
        : Optional.empty();
  }
}
