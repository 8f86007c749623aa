package dev.halcyon.services.fisher;

import dev.halcyon.contracts.job.FisherProgress;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Lets progress through now and then, and always the first and the last.
final class ProgressThrottle implements Consumer<FisherProgress> {
  private static final long NANOS_BETWEEN = Duration.ofSeconds(1).toNanos();

  private final Consumer<FisherProgress> target;
  private final LongSupplier clock;
  private boolean begun;
  private long last;

  ProgressThrottle(Consumer<FisherProgress> target) {
    this(target, System::nanoTime);
  }

  ProgressThrottle(Consumer<FisherProgress> target, LongSupplier clock) {
    this.target = target;
    this.clock = clock;
  }

  @Override
  public void accept(FisherProgress progress) {
    long now = clock.getAsLong();
    boolean complete = progress.tokensDone() >= progress.tokens();
    if (!begun || complete || now - last >= NANOS_BETWEEN) {
      begun = true;
      last = now;
      target.accept(progress);
    }
  }
}
