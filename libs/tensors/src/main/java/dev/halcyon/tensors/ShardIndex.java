package dev.halcyon.tensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Which shard holds which tensor, as `model.safetensors.index.json` says in its `weight_map`.
///
/// A shard is a plain file name beside the index, ending in `.safetensors`. Other fields of the
/// index are passed over; its `total_size` is often wrong and not used.
public final class ShardIndex {
  /// Longest index, in bytes.
  public static final int MAX_LENGTH = SafetensorsHeader.MAX_LENGTH;

  private final String source;
  private final Map<String, String> shardOf;

  private ShardIndex(String source, Map<String, String> shardOf) {
    this.source = source;
    this.shardOf = Collections.unmodifiableMap(shardOf);
  }

  /// Reads an index.
  ///
  /// @param source names the index file in errors
  /// @throws InvalidCheckpointException where it is no such JSON, names nothing, or names something
  ///   that is not a plain file name
  public static ShardIndex parse(String source, byte[] json) {
    if (json.length > MAX_LENGTH) {
      throw new InvalidCheckpointException(
          source, "index of " + json.length + " bytes, at most " + MAX_LENGTH + " are allowed");
    }
    ShardIndex index = new ShardIndex(source, new Reading(source).read(json));
    if (index.shardOf.isEmpty()) {
      throw new InvalidCheckpointException(source, "index without tensors: no weight_map");
    }
    return index;
  }

  /// The shard's file name for each tensor, in the order of the index.
  public Map<String, String> shardOf() {
    return shardOf;
  }

  /// File names of the shards, sorted.
  public List<String> shards() {
    return shardOf.values().stream().distinct().sorted().toList();
  }

  /// Whether the index has that tensor in that shard.
  public boolean assigns(String shard, String tensor) {
    return shard.equals(shardOf.get(tensor));
  }

  /// Holds the index against the shards' headers: every tensor of the index is in its shard. What
  /// else a shard holds does not count.
  ///
  /// @param headers of all [#shards()], by file name
  /// @return notes that name the tensors of shards that do not count
  /// @throws InvalidCheckpointException where a tensor of the index is not in its shard, as after a
  ///   download that mixed versions
  public List<String> check(Map<String, SafetensorsHeader> headers) {
    shardOf.forEach((tensor, shard) -> {
      if (!headers.get(shard).entries().containsKey(tensor)) {
        throw InvalidCheckpointException.ofTensor(
            source, tensor, "is not in " + shard + ", where the index has it");
      }
    });
    List<String> notes = new ArrayList<>();
    headers.forEach((shard, header) -> {
      List<String> tensors = header.entries().keySet().stream().sorted().toList();
      note(notes, shard, "does not list", where(tensors, tensor -> !shardOf.containsKey(tensor)));
      note(
          notes,
          shard,
          "has in another shard",
          where(tensors, tensor -> shardOf.containsKey(tensor) && !assigns(shard, tensor)));
    });
    return notes;
  }

  private static List<String> where(List<String> tensors, Predicate<String> leftOut) {
    return tensors.stream().filter(leftOut).toList();
  }

  private static void note(List<String> notes, String shard, String why, List<String> tensors) {
    if (!tensors.isEmpty()) {
      String count = tensors.size() == 1 ? "a tensor" : tensors.size() + " tensors";
      notes.add(
          "%s holds %s that the index %s; ignored: %s"
              .formatted(Printable.of(shard), count, why, Listing.ofMany(tensors)));
    }
  }

  /// One walk over an index's JSON.
  private record Reading(String source) {
    Map<String, String> read(byte[] json) {
      Map<String, String> shardOf = new LinkedHashMap<>();
      StrictJson.file(source, "index", json, parser -> readDocument(parser, shardOf));
      return shardOf;
    }

    private void readDocument(JsonParser json, Map<String, String> shardOf) throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidCheckpointException(source, "index is not a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean weightMap = json.currentName().equals("weight_map");
        json.nextToken();
        if (weightMap) {
          readWeightMap(json, shardOf);
        } else {
          json.skipChildren();
        }
      }
      if (json.nextToken() != null) {
        throw new InvalidCheckpointException(source, "index has content after its closing brace");
      }
    }

    private void readWeightMap(JsonParser json, Map<String, String> shardOf) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new InvalidCheckpointException(source, "weight_map is not an object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String tensor = json.currentName();
        if (json.nextToken() != JsonToken.VALUE_STRING) {
          throw InvalidCheckpointException.ofTensor(source, tensor, "its shard is not a string");
        }
        shardOf.put(tensor, plainFileName(tensor, json.getText()).intern());
      }
    }

    private String plainFileName(String tensor, String shard) {
      boolean plain =
          shard.endsWith(".safetensors")
              && !shard.contains("/")
              && !shard.contains("\\")
              && !shard.contains(":")
              && !Printable.hasUnprintable(shard);
      if (!plain) {
        throw InvalidCheckpointException.ofTensor(
            source,
            tensor,
            "its shard "
                + Printable.of(shard)
                + " is not the name of a .safetensors file beside the index");
      }
      return shard;
    }
  }
}
