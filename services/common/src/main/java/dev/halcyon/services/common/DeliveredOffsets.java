package dev.halcyon.services.common;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// Remembers the last record that a consumer was handed of each partition. Kafka makes one for each
/// consumer that names it in `interceptor.classes`; the consumer's polling thread alone uses it.
public final class DeliveredOffsets implements ConsumerInterceptor<Object, Object> {
  private static final Map<String, DeliveredOffsets> BY_CLIENT = new ConcurrentHashMap<>();

  private final Map<TopicPartition, Long> last = new HashMap<>();
  private String clientId;

  /// Those of a consumer, `null` for one that names no interceptor.
  static DeliveredOffsets of(String clientId) {
    return BY_CLIENT.get(clientId);
  }

  /// Whether every record that was handed out of a partition is before an offset.
  boolean areBefore(TopicPartition partition, long offset) {
    Long newest = last.get(partition);
    return newest == null || newest < offset;
  }

  @Override
  public void configure(Map<String, ?> settings) {
    clientId = String.valueOf(settings.get(CommonClientConfigs.CLIENT_ID_CONFIG));
    BY_CLIENT.put(clientId, this);
  }

  @Override
  public ConsumerRecords<Object, Object> onConsume(ConsumerRecords<Object, Object> records) {
    for (ConsumerRecord<Object, Object> record : records) {
      last.put(new TopicPartition(record.topic(), record.partition()), record.offset());
    }
    return records;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void close() {
    BY_CLIENT.remove(clientId, this);
  }
}
