package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// What `kafka-consumer-groups --describe` shows as lag.
final class Lag {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private Lag() {}

  /// Waits until no partition of any group has lag.
  static void awaitNone(String bootstrapServers) throws ExecutionException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (Admin admin =
        Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrapServers))) {
      Map<String, Long> lags = lags(admin);
      while (!lags.isEmpty() && System.nanoTime() < end) {
        Thread.sleep(PAUSE);
        lags = lags(admin);
      }
      assertThat(lags).as("lag by group and partition").isEmpty();
    }
  }

  /// Those that are not zero.
  private static Map<String, Long> lags(Admin admin)
      throws ExecutionException, InterruptedException {
    Map<String, Long> lags = new TreeMap<>();
    for (GroupListing group : admin.listGroups().all().get()) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group.groupId()).partitionsToOffsetAndMetadata().get();
      Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
      committed.keySet().forEach(partition -> asked.put(partition, OffsetSpec.latest()));
      admin
          .listOffsets(asked)
          .all()
          .get()
          .forEach((partition, newest) -> {
            long lag = newest.offset() - committed.get(partition).offset();
            if (lag != 0) {
              lags.put(group.groupId() + " " + partition, lag);
            }
          });
    }
    return lags;
  }
}
