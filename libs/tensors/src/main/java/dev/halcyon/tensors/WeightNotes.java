package dev.halcyon.tensors;

import static java.util.function.Predicate.not;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Says which of the weights that lie in a folder were taken, where not all were.
public final class WeightNotes {
  private static final Pattern WEIGHTS =
      Pattern.compile(
          "[^.].*\\.safetensors(\\.index\\.json)?|[^.].*\\.gguf"
              + "|pytorch_model.*\\.bin(\\.index\\.json)?|consolidated.*\\.pth"
              + "|tf_model.*\\.h5|flax_model.*\\.msgpack");

  private WeightNotes() {}

  /// A note that names the files with weights that were taken and those that were not; empty where
  /// all were.
  ///
  /// @param names of files in the folder
  /// @param taken those that the weights are read from, the index among them
  public static Optional<String> ofIgnored(Collection<String> names, Collection<String> taken) {
    List<String> ignored =
        names.stream()
            .filter(WEIGHTS.asMatchPredicate())
            .filter(not(taken::contains))
            .sorted()
            .toList();
    return ignored.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "weights are read from "
                + Listing.ofMany(taken.stream().sorted().toList())
                + "; ignored: "
                + Listing.ofMany(ignored));
  }

  /// A note that `config.json` cannot be read; a comparison needs it only for what it says of
  /// quantization.
  ///
  /// @param source names the file
  /// @param config its content
  public static Optional<String> ofConfig(String source, byte[] config) {
    try {
      StrictJson.file(
          source,
          "config",
          config,
          json -> {
            while (json.nextToken() != null) {
              json.skipChildren();
            }
          });
      return Optional.empty();
    } catch (InvalidCheckpointException e) {
      return Optional.of(
          "what config.json says of quantization is not known, since it cannot be read: "
              + e.getMessage());
    }
  }

  /// A note that an index is missing and not needed.
  public static String withoutIndex(List<String> shards) {
    return "there is no index; the set of "
        + shards.size()
        + " shards is complete and read without one";
  }
}
