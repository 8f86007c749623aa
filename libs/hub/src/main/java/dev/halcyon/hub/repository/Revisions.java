package dev.halcyon.hub.repository;

import java.util.regex.Pattern;

/// Names of branches, tags and commits, which come from users and become parts of URLs and of paths
/// in the cache.
public final class Revisions {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final int LONGEST = 255;

  private Revisions() {}

  /// Checks a name.
  ///
  /// @throws IllegalArgumentException where no branch, tag or commit is so named
  public static void check(String revision) {
    if (revision.length() > LONGEST
        || revision.contains("..")
        || !NAME.matcher(revision).matches()) {
      throw new IllegalArgumentException(
          "'" + revision + "' is not a revision: give a branch, a tag or a commit");
    }
  }

  /// Whether it is a full commit, which never changes its content.
  public static boolean isCommit(String revision) {
    return COMMIT.matcher(revision).matches();
  }
}
