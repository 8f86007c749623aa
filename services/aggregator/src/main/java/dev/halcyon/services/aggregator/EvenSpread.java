package dev.halcyon.services.aggregator;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.StreamPartitioner;

/// Gives each partition as many tasks as the others: hashes of few keys leave some without any, and
/// their workers idle. Tasks that follow one another go to partitions that are far apart: a worker
/// has neighbouring partitions, and the few tasks of a small job are for all workers.
final class EvenSpread implements StreamPartitioner<String, byte[]> {
  private final AtomicInteger next = new AtomicInteger();

  @Override
  public Optional<Set<Integer>> partitions(String topic, String key, byte[] value, int partitions) {
    int turn = Math.floorMod(next.getAndIncrement(), partitions);
    return Optional.of(Set.of(order(partitions)[turn]));
  }

  /// All partitions, in the order of their reversed bits: 0, 4, 2, 6, 1, 5, 3, 7.
  private static int[] order(int partitions) {
    int unused = Integer.numberOfLeadingZeros(partitions - 1);
    return IntStream.range(0, 1 << (Integer.SIZE - unused))
        .map(turn -> Integer.reverse(turn) >>> unused)
        .filter(partition -> partition < partitions)
        .toArray();
  }
}
