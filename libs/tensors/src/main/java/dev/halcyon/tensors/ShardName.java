package dev.halcyon.tensors;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// The name that one of a checkpoint's shards goes by: `model-00001-of-00004.safetensors`.
///
/// @param prefix before the number, as `model`
/// @param number of the shard, as spelt
/// @param count of all shards, as spelt
record ShardName(String prefix, String number, String count) {
  private static final Pattern ONE_OF_SEVERAL =
      Pattern.compile("(.*)-(\\d{1,9})-of-(\\d{1,9})\\.safetensors");

  /// The parts of a shard's name; empty where the file is no shard, or the only one.
  static Optional<ShardName> parse(String file) {
    Matcher matcher = ONE_OF_SEVERAL.matcher(file);
    return matcher.matches() && Integer.parseInt(matcher.group(3)) != 1
        ? Optional.of(new ShardName(matcher.group(1), matcher.group(2), matcher.group(3)))
        : Optional.empty();
  }

  /// Whether the file is a shard and others must lie beside it.
  static boolean isOneOfSeveral(String file) {
    return parse(file).isPresent();
  }

  /// The shards of this one's set that are not among the files, in order.
  List<String> missingFrom(Collection<String> files) {
    return IntStream.rangeClosed(1, Integer.parseInt(count))
        .mapToObj(this::file)
        .filter(file -> !files.contains(file))
        .toList();
  }

  /// Whether the other shard is of the same set.
  boolean isBeside(ShardName other) {
    return prefix.equals(other.prefix)
        && count.equals(other.count)
        && number.length() == other.number.length();
  }

  private String file(int shard) {
    String padded = "0".repeat(number.length()) + shard;
    return prefix
        + "-"
        + padded.substring(padded.length() - Math.max(number.length(), ("" + shard).length()))
        + "-of-"
        + count
        + ".safetensors";
  }
}
