package dev.halcyon.services.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A consumer whose position is moved as the end of a transaction moves it: without a record.
class IdlePartitionsTest {
  private static final TopicPartition PARTITION = new TopicPartition("reports", 0);

  private final MockConsumer<Object, Object> consumer = new MockConsumer<>("earliest");
  private final DeliveredOffsets delivered = new DeliveredOffsets();

  @BeforeEach
  void assign() {
    consumer.assign(List.of(PARTITION));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
  }

  private void deliver(long offset) {
    ConsumerRecord<Object, Object> record = new ConsumerRecord<>("reports", 0, offset, "k", "v");
    delivered.onConsume(new ConsumerRecords<>(Map.of(PARTITION, List.of(record)), Map.of()));
  }

  private void commit(long offset) {
    consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(offset)));
  }

  private OffsetAndMetadata committedBy(long position) {
    consumer.seek(PARTITION, position);
    IdlePartitions.commit(consumer, delivered);
    return consumer.committed(Set.of(PARTITION)).get(PARTITION);
  }

  @Test
  void thePositionPastTheEndOfATransactionIsCommittedOnceItsRecordsAre() {
    deliver(4);
    commit(5);

    assertThat(committedBy(6).offset()).isEqualTo(6);
  }

  @Test
  void aRecordThatIsWorkedOnIsNotPassedOver() {
    deliver(4);
    commit(5);
    deliver(5);

    assertThat(committedBy(7).offset()).isEqualTo(5);
  }

  /// A consumer that takes a partition over has been handed nothing of it.
  @Test
  void whatOthersWorkedOnCounts() {
    commit(5);

    assertThat(committedBy(6).offset()).isEqualTo(6);
  }

  @Test
  void aPartitionThatNobodyCommittedYetIsCommittedWhileNothingIsInHand() {
    assertThat(committedBy(0).offset()).isZero();
  }

  @Test
  void aFirstRecordInHandIsNotPassedOver() {
    deliver(0);

    assertThat(committedBy(1)).isNull();
  }

  @Test
  void aRecordThatIsHandedOutAgainAfterARebalanceIsNotPassedOver() {
    deliver(9);
    commit(5);
    deliver(5);

    assertThat(committedBy(6).offset()).isEqualTo(5);
  }

  @Test
  void whatIsNotCommittedIsInTheQueue() {
    consumer.updateEndOffsets(Map.of(PARTITION, 20L));
    deliver(7);
    consumer.seek(PARTITION, 8);
    commit(5);

    assertThat(IdlePartitions.commit(consumer, delivered)).isEqualTo(15);
  }

  @Test
  void whereNothingWasCommittedTheQueueBeginsWithTheOldestRecordThatIsKept() {
    consumer.updateBeginningOffsets(Map.of(PARTITION, 4L));
    consumer.updateEndOffsets(Map.of(PARTITION, 20L));
    deliver(7);
    consumer.seek(PARTITION, 8);

    assertThat(IdlePartitions.commit(consumer, delivered)).isEqualTo(16);
  }

  @Test
  void anIdlePartitionHasNoQueue() {
    consumer.updateEndOffsets(Map.of(PARTITION, 6L));
    deliver(4);
    commit(5);
    consumer.seek(PARTITION, 6);

    assertThat(IdlePartitions.commit(consumer, delivered)).isZero();
  }
}
