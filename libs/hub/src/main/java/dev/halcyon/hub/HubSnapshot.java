package dev.halcyon.hub;

import static java.util.Objects.requireNonNull;

import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.RepositoryId;
import dev.halcyon.hub.repository.Revisions;
import dev.halcyon.hub.repository.Subject;
import java.util.List;
import java.util.Optional;

/// A repository as it is at one commit.
///
/// @param revision that was asked for
/// @param commit that it stands for, 40 hexadecimal digits
/// @param files all files, or those in the cache where the Hub is not asked
public record HubSnapshot(
    RepositoryId repository, String revision, String commit, List<HubFile> files) {
  public HubSnapshot {
    requireNonNull(repository, "repository is null");
    requireNonNull(revision, "revision is null");
    files = List.copyOf(files);
    if (!Revisions.isCommit(commit)) {
      throw new IllegalArgumentException("'" + commit + "' is not a commit");
    }
  }

  /// What errors name, as `org/model@revision`.
  public String name() {
    return Subject.of(repository, revision).toString();
  }

  /// The file of that path.
  public Optional<HubFile> find(String path) {
    return files.stream().filter(file -> file.path().equals(path)).findFirst();
  }

  /// Names of the files and folders that lie in no folder.
  public List<String> namesAtRoot() {
    return files.stream().map(file -> file.path().replaceFirst("/.*", "")).distinct().toList();
  }

  /// The file of that path.
  ///
  /// @throws HubException where there is none ([HubException.Reason#ENTRY_NOT_FOUND])
  public HubFile file(String path) throws HubException {
    return find(path).orElseThrow(() -> missing(path));
  }

  private HubException missing(String path) {
    return new HubException(
        HubException.Reason.ENTRY_NOT_FOUND,
        "[" + name() + "] has no file " + path + " at commit " + commit);
  }
}
