package dev.halcyon.services.aggregator;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// Records in a store of Kafka Streams, whose transactions make them durable.
final class StreamsJobRecords implements JobRecords {
  private final KeyValueStore<String, byte[]> store;

  StreamsJobRecords(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  @Override
  public Optional<byte[]> get(String key) {
    return Optional.ofNullable(store.get(key));
  }

  @Override
  public void put(String key, byte[] value) {
    store.put(key, value);
  }

  @Override
  public void delete(String key) {
    store.delete(key);
  }

  @Override
  public Optional<byte[]> first(String prefix) {
    try (KeyValueIterator<String, byte[]> entries =
        store.prefixScan(prefix, new StringSerializer())) {
      return entries.hasNext() ? Optional.of(entries.next().value) : Optional.empty();
    }
  }

  @Override
  public SortedMap<String, byte[]> withPrefix(String prefix) {
    SortedMap<String, byte[]> found = new TreeMap<>();
    try (KeyValueIterator<String, byte[]> entries =
        store.prefixScan(prefix, new StringSerializer())) {
      entries.forEachRemaining(entry -> found.put(entry.key, entry.value));
    }
    return found;
  }
}
