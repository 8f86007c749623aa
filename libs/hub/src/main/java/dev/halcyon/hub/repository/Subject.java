package dev.halcyon.hub.repository;

/// What a request is about, for messages: a repository at a revision, perhaps a file of it.
///
/// @param path of the file, empty where the repository itself is meant
public record Subject(RepositoryId repository, String revision, String path) {
  public static Subject of(RepositoryId repository, String revision) {
    return new Subject(repository, revision, "");
  }

  public static Subject of(HubFile file) {
    return new Subject(file.repository(), file.commit(), file.path());
  }

  @Override
  public String toString() {
    String at = revision.equals(ModelReference.DEFAULT_REVISION) ? "" : "@" + revision;
    return repository + at + (path.isEmpty() ? "" : " " + path);
  }
}
