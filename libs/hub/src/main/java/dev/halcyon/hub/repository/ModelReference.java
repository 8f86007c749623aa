package dev.halcyon.hub.repository;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// A model as a user names it: a folder or file, a model on the Hub, or a place in an object store.
public sealed interface ModelReference {
  /// The revision of a Hub model that names none.
  String DEFAULT_REVISION = "main";

  /// A folder or file on this machine.
  record Local(Path path) implements ModelReference {
    public Local {
      requireNonNull(path, "path is null");
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /// A model on the Hub.
  ///
  /// @param revision branch, tag or commit
  record Hub(RepositoryId repository, String revision) implements ModelReference {
    public Hub {
      requireNonNull(repository, "repository is null");
      Revisions.check(revision);
    }

    @Override
    public String toString() {
      return revision.equals(DEFAULT_REVISION)
          ? repository.name()
          : repository.name() + "@" + revision;
    }
  }

  /// A model in an object store, as `s3://bucket/models/org/name/<commit>`.
  record Store(URI uri) implements ModelReference {
    public Store {
      requireNonNull(uri, "uri is null");
    }

    @Override
    public String toString() {
      return uri.toString();
    }
  }

  /// Reads a reference: an existing path wins, then `s3://…`, then `org/name[@revision]`; `hf:`
  /// before a name forces the Hub.
  ///
  /// @param text what the user wrote
  /// @param exists whether a folder or file is there
  /// @throws IllegalArgumentException where it is none of these; the message says what to write
  static ModelReference parse(String text, Predicate<Path> exists) {
    return new Parser(text, exists).parse();
  }

  /// One reading of a reference.
  record Parser(String text, Predicate<Path> exists) {
    private static final String FORCED = "hf:";
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://.*");
    private static final Pattern PATH_LIKE = Pattern.compile("(?:\\.{1,2}|~)?[/\\\\].*|\\.{1,2}|~");

    ModelReference parse() {
      if (text.isBlank()) {
        throw new IllegalArgumentException("a model has no name: give a folder or org/name");
      }
      if (text.startsWith(FORCED)) {
        return hub(text.substring(FORCED.length()));
      }
      if (existsAsPath()) {
        return new Local(Path.of(text));
      }
      var scheme = SCHEME.matcher(text);
      return scheme.matches() ? store(scheme.group(1)) : missingPathOrHub();
    }

    private boolean existsAsPath() {
      try {
        return exists.test(Path.of(text));
      } catch (InvalidPathException e) {
        return false;
      }
    }

    private ModelReference store(String scheme) {
      if (!scheme.equalsIgnoreCase("s3")) {
        throw new IllegalArgumentException(
            "model '"
                + scheme
                + "://…' is not a supported location of models: use a folder, org/name for the"
                + " Hub, or s3://bucket/…");
      }
      try {
        return new Store(new URI(text));
      } catch (URISyntaxException e) {
        throw new IllegalArgumentException(
            "model '" + text + "' is not a URI: " + e.getReason(), e);
      }
    }

    private ModelReference missingPathOrHub() {
      if (PATH_LIKE.matcher(text).matches() || !looksLikeHubName()) {
        throw new IllegalArgumentException(
            "model '"
                + text
                + "': no such folder or file, and not org/name of a model on the Hub (for a Hub"
                + " model without an organisation write hf:"
                + text
                + ")");
      }
      return hub(text);
    }

    private boolean looksLikeHubName() {
      String name = beforeRevision(text);
      return name.contains("/") && RepositoryId.isName(name);
    }

    private static ModelReference hub(String text) {
      String name = beforeRevision(text);
      String revision =
          name.length() == text.length() ? DEFAULT_REVISION : text.substring(name.length() + 1);
      return new Hub(RepositoryId.model(name), revision);
    }

    private static String beforeRevision(String text) {
      int at = text.indexOf('@');
      return at < 0 ? text : text.substring(0, at);
    }
  }
}
