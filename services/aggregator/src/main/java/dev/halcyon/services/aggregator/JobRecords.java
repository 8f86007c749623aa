package dev.halcyon.services.aggregator;

import java.util.Optional;
import java.util.SortedMap;

/// Where the aggregator keeps what it knows: small records by key. What a handler writes while it
/// handles a message must become durable together, or not at all.
public interface JobRecords {
  Optional<byte[]> get(String key);

  void put(String key, byte[] value);

  void delete(String key);

  /// The record with the first of the keys that begin so.
  Optional<byte[]> first(String prefix);

  /// All records whose key begins so, by key.
  SortedMap<String, byte[]> withPrefix(String prefix);
}
