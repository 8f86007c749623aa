package dev.halcyon.services.common;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// Commits the position of partitions that are idle: all that was handed out of them is committed.
///
/// The ends of transactions take offsets that no consumer is handed, and so do records of those
/// that were rolled back. A consumer commits the last record plus one and so lags behind the end of
/// a topic that was written in transactions for ever, which an autoscaler takes for work.
final class IdlePartitions {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private IdlePartitions() {}

  /// Called by the consumer's polling thread.
  static void commit(Consumer<?, ?> consumer, DeliveredOffsets delivered) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        consumer.committed(consumer.assignment(), PATIENCE);
    Map<TopicPartition, OffsetAndMetadata> ahead = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      long position = consumer.position(partition, PATIENCE);
      if (isAhead(position, committed.get(partition))
          && delivered.areBefore(partition, offset(committed.get(partition)))) {
        ahead.put(partition, new OffsetAndMetadata(position));
      }
    }
    if (!ahead.isEmpty()) {
      consumer.commitSync(ahead, PATIENCE);
    }
  }

  /// Also where nothing was committed yet: an autoscaler asks for a committed offset.
  private static boolean isAhead(long position, OffsetAndMetadata committed) {
    return committed == null || position > committed.offset();
  }

  private static long offset(OffsetAndMetadata committed) {
    return committed == null ? 0 : committed.offset();
  }
}
