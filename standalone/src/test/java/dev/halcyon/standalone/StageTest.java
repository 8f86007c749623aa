package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StageTest {
  private final BlockingQueue<Integer> taken = new LinkedBlockingQueue<>();

  @Test
  void oneThreadTakesMessagesInTheirOrder() throws Exception {
    List<Integer> messages = IntStream.range(0, 100).boxed().toList();

    try (Stage<Integer> stage = new Stage<>("test", 1, taken::add)) {
      messages.forEach(stage::add);

      for (Integer message : messages) {
        assertThat(taken.poll(30, TimeUnit.SECONDS)).isEqualTo(message);
      }
    }
  }

  @Test
  void asManyMessagesAreTakenAtATimeAsThereAreThreads() throws Exception {
    CountDownLatch together = new CountDownLatch(3);

    try (Stage<Integer> stage = new Stage<>("test", 3, message -> meet(together, message))) {
      List.of(1, 2, 3).forEach(stage::add);

      assertThat(together.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private void meet(CountDownLatch together, Integer message) {
    together.countDown();
    try {
      together.await();
      taken.add(message);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void workIsInterruptedWhenTheStageIsClosedAndNothingElseIsTaken() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    try (Stage<Integer> stage =
        new Stage<>(
            "test",
            1,
            message -> {
              taken.add(message);
              begun.countDown();
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                interrupted.countDown();
              }
            })) {
      stage.add(1);
      stage.add(2);
      assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(taken).containsExactly(1);
  }
}
