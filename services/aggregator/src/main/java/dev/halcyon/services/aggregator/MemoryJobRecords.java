package dev.halcyon.services.aggregator;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Records of one process that end with it. Not safe for threads, as their handler is not.
public final class MemoryJobRecords implements JobRecords {
  private final NavigableMap<String, byte[]> records = new TreeMap<>();

  @Override
  public Optional<byte[]> get(String key) {
    return Optional.ofNullable(records.get(key));
  }

  @Override
  public void put(String key, byte[] value) {
    records.put(key, value);
  }

  @Override
  public void delete(String key) {
    records.remove(key);
  }

  @Override
  public Optional<byte[]> first(String prefix) {
    return Optional.ofNullable(records.ceilingEntry(prefix))
        .filter(record -> record.getKey().startsWith(prefix))
        .map(Map.Entry::getValue);
  }

  @Override
  public SortedMap<String, byte[]> withPrefix(String prefix) {
    return new TreeMap<>(records.subMap(prefix, prefix + Character.MAX_VALUE));
  }
}
