package dev.halcyon.services.common;

import dev.halcyon.objectstore.ObjectStoreException;
import dev.halcyon.objectstore.StoreUnavailableException;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.concurrent.Callable;

/// Tries again what may pass: a store or a network that does not answer for a moment.
public final class Transient {
  private static final int RETRIES = 4;
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private Transient() {}

  /// What the work returns, after a few tries if need be.
  ///
  /// @throws RuntimeException the last failure; an [IOException] comes wrapped as
  ///   [UncheckedIOException]
  public static <T> T retry(Callable<T> work) {
    return Uni.createFrom()
        .item(() -> unchecked(work))
        .onFailure(Transient::mayPass)
        .retry()
        .withBackOff(FIRST_WAIT, LONGEST_WAIT)
        .atMost(RETRIES)
        .await()
        .indefinitely();
  }

  private static boolean mayPass(Throwable thrown) {
    return thrown instanceof UncheckedIOException wrapped
        && switch (wrapped.getCause()) {
          case StoreUnavailableException _ -> true;
          case ObjectStoreException _ -> false;
          case FileSystemException _ -> false;
          case SocketTimeoutException _ -> true;
          case InterruptedIOException _ -> false;
          default -> true;
        };
  }

  private static <T> T unchecked(Callable<T> work) {
    try {
      return work.call();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("unexpected checked exception", e);
    }
  }
}
