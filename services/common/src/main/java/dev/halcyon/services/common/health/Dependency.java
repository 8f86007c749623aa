package dev.halcyon.services.common.health;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/// Something that the service needs in order to work, and whether it was there when it was last
/// looked for. Changes are logged.
final class Dependency implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Dependency.class);
  private static final String NOT_LOOKED = "not checked yet";

  private final String name;
  private final Probe probe;
  private final Duration patience;
  private final ExecutorService thread;
  private Future<?> looking;
  private volatile Optional<String> problem = Optional.of(NOT_LOOKED);

  /// Looks for something.
  interface Probe {
    /// Returns where it is there.
    ///
    /// @throws Exception where it is not, with a message that says why
    void run() throws Exception;
  }

  /// @param name of it in answers and metrics
  /// @param patience how long it may take to answer
  Dependency(String name, Probe probe, Duration patience) {
    this.name = name;
    this.probe = probe;
    this.patience = patience;
    this.thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("health-" + name).daemon().factory());
  }

  String name() {
    return name;
  }

  /// Why it is not there; empty where it is.
  Optional<String> problem() {
    return problem;
  }

  boolean isUp() {
    return problem.isEmpty();
  }

  /// Looks for it. A look that does not come back is waited for instead of beginning another.
  void look() throws InterruptedException {
    if (looking == null || looking.isDone()) {
      looking =
          thread.submit(() -> {
            probe.run();
            return null;
          });
    }
    became(outcome());
  }

  private Optional<String> outcome() throws InterruptedException {
    try {
      looking.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return Optional.empty();
    } catch (TimeoutException e) {
      return Optional.of("no answer within %d ms".formatted(patience.toMillis()));
    } catch (ExecutionException e) {
      return Optional.of(message(e.getCause()));
    }
  }

  private static String message(Throwable thrown) {
    return switch (thrown) {
      case ExecutionException e when e.getCause() != null -> message(e.getCause());
      default -> thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
    };
  }

  private void became(Optional<String> next) {
    boolean first = problem.equals(Optional.of(NOT_LOOKED));
    if (next.isPresent() && (first || problem.isEmpty())) {
      LOG.logf(first ? Level.INFO : Level.WARN, "%s: not available: %s", name, next.get());
    }
    if (next.isEmpty() && !first && problem.isPresent()) {
      LOG.infof("%s: available", name);
    }
    problem = next;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
