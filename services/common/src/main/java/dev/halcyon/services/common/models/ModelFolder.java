package dev.halcyon.services.common.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halcyon.objectstore.ObjectKeys;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// Where one revision of one model lies in the store: `models/<repository>/<revision>/`, with an
/// object a tensor, named by the SHA-256 of the tensor's name.
///
/// @param repository the model's name as one segment: `org/name` is `org--name`, as in the Hub's
///   own cache (no part of a name on the Hub holds `--`)
/// @param revision the commit
public record ModelFolder(String repository, String revision) {
  /// What the keys of all models begin with.
  public static final String MODELS = "models/";

  private static final String USED = ".used";
  private static final String REMOVING = ".removing";

  public ModelFolder {
    requireSegment("repository", repository);
    requireSegment("revision", revision);
  }

  /// The folder of `org/name`, or of a `name` without an organisation.
  public static ModelFolder of(String name, String revision) {
    return new ModelFolder(name.replace("/", "--"), revision);
  }

  /// The folder that an object lies in, where it is one of a model.
  static Optional<ModelFolder> containing(String key) {
    String[] segments = key.split("/", 4);
    return segments.length == 4 && key.startsWith(MODELS)
        ? Optional.of(new ModelFolder(segments[1], segments[2]))
        : Optional.empty();
  }

  /// The beginning of all of the model's keys.
  public String prefix() {
    return MODELS + repository + "/" + revision + "/";
  }

  /// The key of a tensor's bytes.
  public String tensorKey(String tensorName) {
    return prefix() + HexFormat.of().formatHex(sha256(tensorName));
  }

  /// The key of a file that belongs to the model, such as `config.json`.
  public String fileKey(String fileName) {
    return prefix() + fileName;
  }

  /// The object whose age says when the model was last used.
  String usedKey() {
    return prefix() + USED;
  }

  /// The object that is there while the model is being removed.
  String removingKey() {
    return prefix() + REMOVING;
  }

  @Override
  public String toString() {
    return repository.replace("--", "/") + "@" + revision;
  }

  private static void requireSegment(String what, String text) {
    if (text == null || !ObjectKeys.isSegment(text)) {
      throw new IllegalArgumentException(
          "'%s' cannot be the %s of a model in the store".formatted(text, what));
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
