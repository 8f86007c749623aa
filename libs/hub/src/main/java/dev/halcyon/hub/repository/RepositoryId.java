package dev.halcyon.hub.repository;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/// A repository on the Hub.
///
/// The name ends up in URLs, in folder names and in object keys, so only what the Hub itself allows
/// is taken.
///
/// @param kind model or data set
/// @param name as `org/name`, or `name` alone for the few that have no organisation
public record RepositoryId(Kind kind, String name) {
  private static final String PART = "[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?";
  private static final Pattern NAME = Pattern.compile("(?:" + PART + "/)?" + PART);

  /// What a repository holds; decides its place in the Hub's URLs and in the cache.
  public enum Kind {
    MODEL("model", "models", ""),
    DATASET("data set", "datasets", "datasets/");

    private final String word;
    private final String plural;
    private final String urlPrefix;

    Kind(String word, String plural, String urlPrefix) {
      this.word = word;
      this.plural = plural;
      this.urlPrefix = urlPrefix;
    }

    /// As messages name it.
    public String word() {
      return word;
    }
  }

  public RepositoryId {
    requireNonNull(kind, "kind is null");
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is not the name of a "
              + kind.word
              + " on the Hub: it is org/name of letters, digits, '-', '_' and '.'");
    }
  }

  public static RepositoryId model(String name) {
    return new RepositoryId(Kind.MODEL, name);
  }

  public static RepositoryId dataset(String name) {
    return new RepositoryId(Kind.DATASET, name);
  }

  /// Whether the Hub could have a repository of that name.
  static boolean isName(String name) {
    return NAME.matcher(name).matches()
        && !name.contains("--")
        && !name.contains("..")
        && !name.endsWith(".git");
  }

  /// Path under the Hub's endpoint that describes it.
  public String apiPath() {
    return "/api/" + kind.plural + "/" + name;
  }

  /// Path under the Hub's endpoint of its page, to which `/resolve/…` is appended for files.
  public String pagePath() {
    return "/" + kind.urlPrefix + name;
  }

  /// Its folder in the local cache.
  public String cacheFolder() {
    return kind.plural + "--" + name.replace("/", "--");
  }

  @Override
  public String toString() {
    return name;
  }
}
