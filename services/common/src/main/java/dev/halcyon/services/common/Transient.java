package dev.halcyon.services.common;

import dev.halcyon.objectstore.ObjectReplacedException;
import dev.halcyon.objectstore.ObjectStoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;

/// Tries a whole piece of work again after a failure that may pass. The clients of the store and of
/// the Hub repeat their own requests for as long as a server takes to restart. What they give up,
/// an [ObjectStoreException] or [EnvironmentException], is not tried again here.
public final class Transient {
  private static final int RETRIES = 4;
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private Transient() {}

  /// What the work returns, after a few tries if need be.
  ///
  /// @throws RuntimeException the last failure; an [IOException] comes wrapped as
  ///   [UncheckedIOException], an [Error] as [CompletionException]: a channel nacks what ends with
  ///   an exception
  public static <T> T retry(Callable<T> work) {
    long wait = FIRST_WAIT.toMillis();
    for (int left = RETRIES; ; left--) {
      try {
        return unchecked(work);
      } catch (UncheckedIOException e) {
        if (left == 0 || !mayPass(e) || !pause(wait)) {
          throw e;
        }
      }
      wait = Math.min(2 * wait, LONGEST_WAIT.toMillis());
    }
  }

  /// Waits about so long, so that those who failed together do not try again together; false where
  /// the thread was interrupted.
  private static boolean pause(long millis) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(millis / 2, millis + millis / 2));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean mayPass(UncheckedIOException thrown) {
    return switch (thrown.getCause()) {
      case ObjectReplacedException _ -> true;
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
    } catch (Error e) {
      throw new CompletionException(e);
    } catch (Exception e) {
      throw new IllegalStateException("unexpected checked exception", e);
    }
  }
}
