package dev.halcyon.standalone;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;

/// Who has the partitions of a consumer group, as the broker says.
final class GroupMembers implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Admin admin;
  private final String group;

  GroupMembers(String bootstrapServers, String group) {
    this.admin = Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrapServers));
    this.group = group;
  }

  /// Waits until so many members have all partitions of a topic, each at least one.
  ///
  /// @return time that it took
  Duration await(int members, int partitions) throws ExecutionException, InterruptedException {
    long begun = System.nanoTime();
    while (!isShared(members, partitions)) {
      if (System.nanoTime() - begun > PATIENCE.toNanos()) {
        throw new AssertionError("members of " + group + ": " + members());
      }
      Thread.sleep(PAUSE);
    }
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private boolean isShared(int members, int partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, String> owners = new HashMap<>();
    List<MemberDescription> all = members();
    all.forEach(member ->
        member
            .assignment()
            .topicPartitions()
            .forEach(partition -> owners.put(partition, member.consumerId())));
    return all.size() == members
        && owners.size() == partitions
        && owners.values().stream().distinct().count() == members;
  }

  private List<MemberDescription> members() throws ExecutionException, InterruptedException {
    return List.copyOf(
        admin.describeConsumerGroups(List.of(group)).all().get().get(group).members());
  }

  @Override
  public void close() {
    admin.close();
  }
}
