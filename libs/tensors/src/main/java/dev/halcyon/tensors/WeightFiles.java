package dev.halcyon.tensors;

import static java.util.function.Predicate.not;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Which of a checkpoint's files hold its weights. Pure, so that a remote listing is read like a
/// local folder.
///
/// In this order: `model.safetensors` (as transformers prefers it), `model.safetensors.index.json`,
/// the only other `*.safetensors.index.json`, the only other `*.safetensors`, a complete set of
/// shards.
public sealed interface WeightFiles {
  /// One file with all tensors.
  record Single(String file) implements WeightFiles {}

  /// An index, which names the shards.
  record Sharded(String index) implements WeightFiles {}

  /// All shards of a set that has no index.
  record Shards(List<String> files) implements WeightFiles {
    public Shards {
      files = List.copyOf(files);
    }
  }

  /// Chooses among the names that lie in a folder (not in folders below it).
  ///
  /// @param source names the folder in errors
  /// @param names of files and of folders directly in it
  /// @throws InvalidCheckpointException where none or several could be meant; the message says what
  ///   the folder seems to be and what to do
  static WeightFiles in(String source, Collection<String> names) {
    if (names.contains("model.safetensors")) {
      return new Single("model.safetensors");
    }
    if (names.contains("model.safetensors.index.json")) {
      return new Sharded("model.safetensors.index.json");
    }
    UnsupportedFolder.refuseAdapter(source, names);
    List<String> indexes = matching(names, name -> name.endsWith(".safetensors.index.json"));
    if (indexes.size() == 1) {
      return new Sharded(indexes.getFirst());
    }
    List<String> files = matching(names, name -> name.endsWith(".safetensors"));
    Optional<List<String>> shards = indexes.isEmpty() ? ShardSet.of(files) : Optional.empty();
    if (shards.isPresent()) {
      return new Shards(shards.get());
    }
    if (!indexes.isEmpty() || files.size() > 1) {
      throw ambiguous(source, indexes.isEmpty() ? files : indexes);
    }
    if (files.isEmpty()) {
      throw UnsupportedFolder.describe(source, names);
    }
    return single(source, files.getFirst());
  }

  private static WeightFiles single(String source, String file) {
    if (ShardName.isOneOfSeveral(file)) {
      throw new InvalidCheckpointException(
          source,
          Printable.of(file)
              + " is one shard of several, but the others and the index are missing: is the"
              + " download complete?");
    }
    return new Single(file);
  }

  private static InvalidCheckpointException ambiguous(String source, List<String> files) {
    return new InvalidCheckpointException(
        source,
        "holds "
            + files.size()
            + " candidates ("
            + Listing.of(files)
            + ") and "
            + missing(files).orElse("nothing says which is meant: give the path of one file"));
  }

  /// What an incomplete set of shards lacks.
  private static Optional<String> missing(List<String> files) {
    return files.stream()
        .flatMap(file -> ShardName.parse(file).stream())
        .findFirst()
        .map(shard -> shard.missingFrom(files))
        .map(missing ->
            "no model.safetensors.index.json that joins them"
                + (missing.isEmpty() ? "" : "; missing: " + Listing.of(missing))
                + ": is the download complete?");
  }

  private static List<String> matching(Collection<String> names, Predicate<String> wanted) {
    return names.stream()
        .filter(wanted)
        .filter(not(name -> name.startsWith(".")))
        .sorted()
        .toList();
  }
}
