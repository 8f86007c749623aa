package dev.halcyon.analysis.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final int PAUSE_MILLIS = 200;

  private final Workers workers = new Workers(2, "test");

  @AfterEach
  void close() {
    workers.close();
  }

  @Test
  void everyPieceIsDoneOnce() {
    int[] done = new int[1000];
    workers.forEach(done.length, (_, index) -> done[index]++);

    assertThat(done).containsOnly(1);
  }

  /// Also where the caller's share fails by an error, as out of memory.
  @Test
  void theHelpersAreAwaitedWhereTheCallersShareFails() {
    CountDownLatch bothAreAtWork = new CountDownLatch(2);
    AtomicBoolean helperEnded = new AtomicBoolean();

    assertThatThrownBy(() ->
            workers.forEach(
                2,
                (thread, _) -> {
                  bothAreAtWork.countDown();
                  await(bothAreAtWork);
                  if (thread == 0) {
                    throw new OutOfMemoryError("the caller's");
                  }
                  pause();
                  helperEnded.set(true);
                }))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(helperEnded).isTrue();
  }

  @Test
  void aHelpersFailureIsThrownAndTheOthersTakeNoMorePieces() {
    AtomicInteger done = new AtomicInteger();
    CountDownLatch helperIsAtWork = new CountDownLatch(1);
    assertThatThrownBy(() ->
            workers.forEach(
                Integer.MAX_VALUE,
                (thread, _) -> {
                  if (thread == 1) {
                    helperIsAtWork.countDown();
                    throw new IllegalStateException("the helper's");
                  }
                  await(helperIsAtWork);
                  done.incrementAndGet();
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the helper's");
    assertThat(done.get()).isLessThan(Integer.MAX_VALUE);
  }

  @Test
  void workIsStoppedAndAwaitedWhereOneCopyFails() {
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch stopped = new CountDownLatch(1);
    AtomicBoolean otherEnded = new AtomicBoolean();
    Workers.Work work =
        new Workers.Work() {
          @Override
          public void run() throws IOException {
            if (begun.getAndIncrement() == 0) {
              throw new IOException("the first copy's");
            }
            WorkersTest.await(stopped);
            pause();
            otherEnded.set(true);
          }

          @Override
          public void stop() {
            stopped.countDown();
          }
        };

    assertThatThrownBy(() -> workers.run(2, work))
        .isInstanceOf(IOException.class)
        .hasMessage("the first copy's");
    assertThat(otherEnded).isTrue();
  }

  @Test
  void anInterruptedCallerWaitsForWhatIsRunning() {
    AtomicBoolean ended = new AtomicBoolean();
    CountDownLatch stopped = new CountDownLatch(1);
    Workers.Work work =
        new Workers.Work() {
          @Override
          public void run() {
            WorkersTest.await(stopped);
            pause();
            ended.set(true);
          }

          @Override
          public void stop() {
            stopped.countDown();
          }
        };
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> workers.run(1, work)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ended).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
