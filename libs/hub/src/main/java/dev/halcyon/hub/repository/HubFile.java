package dev.halcyon.hub.repository;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// A file of a repository at a commit, as the Hub lists it.
///
/// @param path inside the repository, its parts joined by `/`
/// @param size in bytes
/// @param sha256 of the content in hexadecimal, where the Hub gives it (large files)
public record HubFile(
    RepositoryId repository, String commit, String path, long size, Optional<String> sha256) {
  public HubFile {
    requireNonNull(repository, "repository is null");
    requireNonNull(path, "path is null");
    requireNonNull(sha256, "sha256 is null");
    if (!Revisions.isCommit(commit)) {
      throw new IllegalArgumentException("'" + commit + "' is not a commit");
    }
    if (size < 0) {
      throw new IllegalArgumentException(path + " has " + size + " bytes");
    }
  }

  /// As `org/model@commit path`.
  @Override
  public String toString() {
    return Subject.of(this).toString();
  }
}
