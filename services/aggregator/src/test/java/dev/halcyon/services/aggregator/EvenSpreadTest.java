package dev.halcyon.services.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvenSpreadTest {
  private final EvenSpread spread = new EvenSpread();

  private Stream<Integer> partitions(int tasks, int of) {
    return IntStream.range(0, tasks)
        .mapToObj(_ -> spread.partitions("fisher-tasks", "key", new byte[0], of))
        .map(one -> one.orElseThrow().iterator().next());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 12, 16, 64, 100})
  void everyPartitionGetsAsManyTasks(int partitions) {
    Map<Integer, Long> tasks =
        partitions(3 * partitions, partitions)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(tasks).hasSize(partitions);
    assertThat(tasks.keySet()).allMatch(each -> each >= 0 && each < partitions);
    assertThat(tasks.values()).containsOnly(3L);
  }

  /// Workers that share the partitions have neighbouring ones. The first task of a job comes
  /// anywhere in the order.
  @ParameterizedTest
  @CsvSource({"2, 16", "4, 16", "2, 64", "4, 64", "8, 64", "16, 64"})
  void fewTasksAreForAllWorkers(int workers, int partitions) {
    for (int job = 0; job < partitions; job++) {
      assertThat(partitions(workers, partitions).map(each -> each * workers / partitions))
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, workers).boxed().toList());
      assertThat(partitions(1, partitions)).hasSize(1);
    }
  }
}
