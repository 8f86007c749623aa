package dev.halcyon.tensors;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Shards that no index joins: `model-00001-of-0000N.safetensors` to `model-0000N-of-0000N…`.
public final class ShardSet {
  private ShardSet() {}

  /// The one set of shards that the files are, where it is complete.
  ///
  /// @param files all `.safetensors` files of a folder, sorted
  static Optional<List<String>> of(List<String> files) {
    Optional<ShardName> first =
        files.isEmpty() ? Optional.empty() : ShardName.parse(files.getFirst());
    boolean together =
        first.isPresent()
            && files.stream()
                .allMatch(file -> ShardName.parse(file).filter(first.get()::isBeside).isPresent());
    return together && first.get().missingFrom(files).isEmpty()
        ? Optional.of(List.copyOf(files))
        : Optional.empty();
  }

  /// Checks that no tensor is in two shards, since no index says which of them counts.
  ///
  /// @param source names the folder in errors
  /// @param headers of all shards, by file name
  /// @throws InvalidCheckpointException where one is
  public static void checkDisjoint(String source, Map<String, SafetensorsHeader> headers) {
    Map<String, String> shardOf = new HashMap<>();
    headers.forEach((shard, header) ->
        header
            .entries()
            .keySet()
            .forEach(tensor -> {
              String other = shardOf.put(tensor, shard);
              if (other != null) {
                throw InvalidCheckpointException.ofTensor(
                    source,
                    tensor,
                    "is in "
                        + other
                        + " and in "
                        + shard
                        + ", and there is no model.safetensors.index.json that says which counts");
              }
            }));
  }
}
