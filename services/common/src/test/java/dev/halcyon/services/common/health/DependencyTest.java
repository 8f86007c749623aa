package dev.halcyon.services.common.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DependencyTest {
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  private void failIfAsked() throws Exception {
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  @Test
  void isDownUntilItWasSeen() throws Exception {
    try (Dependency store = new Dependency("store", this::failIfAsked, Duration.ofMinutes(1))) {
      assertThat(store.isUp()).isFalse();
      store.look();
      assertThat(store.isUp()).isTrue();
    }
  }

  @Test
  void goesDownWithTheReasonAndComesBack() throws Exception {
    try (Dependency store = new Dependency("store", this::failIfAsked, Duration.ofMinutes(1))) {
      store.look();
      failure.set(new IOException("connection refused"));
      store.look();
      assertThat(store.problem()).contains("connection refused");
      failure.set(null);
      store.look();
      assertThat(store.problem()).isEmpty();
    }
  }

  @Test
  void whatDoesNotAnswerIsDownAndIsNotAskedAgainMeanwhile() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    try (Dependency store =
        new Dependency(
            "store",
            () -> {
              asked.incrementAndGet();
              answer.await();
            },
            Duration.ofMillis(20))) {
      store.look();
      store.look();
      assertThat(store.problem()).contains("no answer within 20 ms");
      assertThat(asked).hasValue(1);
      answer.countDown();
      while (!store.isUp()) {
        store.look();
      }
      assertThat(store.problem()).isEmpty();
    }
  }
}
