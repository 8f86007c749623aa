package dev.halcyon.hub;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow.Subscription;
import org.junit.jupiter.api.Test;

class BodyWatchTest {
  private static final int MEGABYTE = 1_000_000;
  private static final long WANTED = 100L * MEGABYTE;

  private final StoppedClock clock = new StoppedClock();
  private final ConnectionPace pace = new ConnectionPace(clock, Duration.ofSeconds(1));

  @Test
  void aConnectionAtAnEighthOfTheOthersIsGivenUpAfterAWhile() throws IOException {
    Connection fast = new Connection(68);
    Connection slow = new Connection(8.5);
    for (int tick = 0; tick < 10; tick++) {
      fast.tick();
      slow.tick();
    }
    fast.tick();
    assertThatThrownBy(slow::tick).isInstanceOf(SlowConnectionException.class);
  }

  @Test
  void connectionsOfLikePaceAreKeptHoweverSlow() {
    List<Connection> all = List.of(new Connection(1), new Connection(0.8), new Connection(0.5));
    assertThatCode(() -> tickAll(all, 300)).doesNotThrowAnyException();
  }

  @Test
  void aHiccupIsForgiven() throws IOException {
    Connection fast = new Connection(20);
    Connection other = new Connection(20);
    tickAll(List.of(fast, other), 12);
    other.rate = 0;
    tickAll(List.of(fast, other), 5);
    other.rate = 20;
    assertThatCode(() -> tickAll(List.of(fast, other), 12)).doesNotThrowAnyException();
  }

  @Test
  void aConnectionThatIsNearlyDoneIsLeftToFinish() {
    Connection fast = new Connection(90);
    Connection slow = new Connection(10, 10L * MEGABYTE);
    assertThatCode(() -> tickAll(List.of(fast, slow), 10)).doesNotThrowAnyException();
  }

  @Test
  void singleBytesDoNotKeepABodyAlive() {
    BodyWatch watch = BodyWatch.stalls("x", clock, Duration.ofSeconds(20));
    Sink body = new Sink();
    assertThatThrownBy(
            () -> {
              for (int second = 0; second < 60; second++) {
                clock.now += 1_000_000_000L;
                body.receive(1);
                watch.check(body);
              }
            })
        .isInstanceOf(HubException.class)
        .hasMessageContaining("almost no data");
  }

  /// Ten ticks a second.
  private void tickAll(List<Connection> connections, int ticks) throws IOException {
    for (int i = 0; i < ticks; i++) {
      for (Connection connection : connections) {
        connection.tick();
      }
    }
  }

  /// A connection at so many megabytes a second, on a time of its own.
  private final class Connection {
    private final Sink body = new Sink();
    private final BodyWatch watch;
    private double rate;
    private long time = clock.now;

    Connection(double rate) {
      this(rate, WANTED);
    }

    Connection(double rate, long wanted) {
      this.rate = rate;
      this.watch = pace.watch("x", wanted);
    }

    void tick() throws IOException {
      time += 100_000_000;
      clock.now = time;
      body.receive((int) (rate * MEGABYTE / 10));
      watch.check(body);
    }
  }

  /// A body whose bytes are only counted.
  private static final class Sink extends WatchedBody<Void> {
    Sink() {
      onSubscribe(
          new Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
          });
    }

    void receive(int bytes) {
      onNext(List.of(ByteBuffer.allocate(bytes)));
    }

    @Override
    void take(ByteBuffer bytes) {}

    @Override
    void end() {}
  }

  private static final class StoppedClock implements HubClock {
    private long now;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void sleep(Duration duration) {
      now += duration.toNanos();
    }
  }
}
