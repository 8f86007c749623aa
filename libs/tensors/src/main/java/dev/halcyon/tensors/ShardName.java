package dev.halcyon.tensors;

import java.util.regex.Pattern;

/// The names that a checkpoint's shards go by: `model-00001-of-00004.safetensors`.
final class ShardName {
  private static final Pattern ONE_OF_SEVERAL =
      Pattern.compile("-\\d+-of-(?!0*1\\.)\\d+\\.safetensors$");

  private ShardName() {}

  /// Whether the file is a shard and others must lie beside it.
  static boolean isOneOfSeveral(String file) {
    return ONE_OF_SEVERAL.matcher(file).find();
  }
}
