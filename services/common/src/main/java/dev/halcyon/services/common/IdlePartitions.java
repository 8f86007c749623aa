package dev.halcyon.services.common;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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

  private final Consumer<?, ?> consumer;
  private final DeliveredOffsets delivered;
  private final Map<TopicPartition, OffsetAndMetadata> committed;

  private IdlePartitions(Consumer<?, ?> consumer, DeliveredOffsets delivered) {
    this.consumer = consumer;
    this.delivered = delivered;
    this.committed = new HashMap<>(consumer.committed(consumer.assignment(), PATIENCE));
  }

  /// Called by the consumer's polling thread.
  ///
  /// @return offsets after the committed ones in the consumer's partitions, up to their ends: the
  ///   records that wait or are at work
  static long commit(Consumer<?, ?> consumer, DeliveredOffsets delivered) {
    IdlePartitions partitions = new IdlePartitions(consumer, delivered);
    partitions.commitIdle();
    return consumer.assignment().stream().mapToLong(partitions::queued).sum();
  }

  private void commitIdle() {
    Map<TopicPartition, OffsetAndMetadata> ahead = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      long position = position(partition);
      if (isAhead(position, committed.get(partition))
          && delivered.areBefore(partition, offset(committed.get(partition)))) {
        ahead.put(partition, new OffsetAndMetadata(position));
      }
    }
    if (!ahead.isEmpty()) {
      consumer.commitSync(ahead, PATIENCE);
      committed.putAll(ahead);
    }
  }

  private long position(TopicPartition partition) {
    return consumer.position(partition, PATIENCE);
  }

  private long queued(TopicPartition partition) {
    long handedOut = position(partition) - begin(partition);
    return handedOut + consumer.currentLag(partition).orElse(0);
  }

  /// Where nothing was committed, the oldest record that is kept is the first of the queue.
  private long begin(TopicPartition partition) {
    OffsetAndMetadata known = committed.get(partition);
    return known == null
        ? consumer.beginningOffsets(Set.of(partition), PATIENCE).get(partition)
        : known.offset();
  }

  /// Also where nothing was committed yet: an autoscaler asks for a committed offset.
  private static boolean isAhead(long position, OffsetAndMetadata committed) {
    return committed == null || position > committed.offset();
  }

  private static long offset(OffsetAndMetadata committed) {
    return committed == null ? 0 : committed.offset();
  }
}
