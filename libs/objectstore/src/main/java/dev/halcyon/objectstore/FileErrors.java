package dev.halcyon.objectstore;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;

/// Says what a failed file operation was about. Nothing but the operator mends a local file system,
/// so every failure of it is a [StoreEnvironmentException].
final class FileErrors {
  @FunctionalInterface
  interface FileCall<T> {
    T run() throws IOException;
  }

  private FileErrors() {}

  /// Runs a call that reads or writes object `key` of `store`.
  static <T> T translated(Object store, String key, FileCall<T> call) throws IOException {
    try {
      return call.run();
    } catch (ObjectStoreException | InterruptedIOException e) {
      throw e;
    } catch (ContentInputStream.SourceException e) {
      throw e.thrown();
    } catch (ClosedByInterruptException e) {
      throw interrupted(store, key, e);
    } catch (IOException e) {
      throw new StoreEnvironmentException("[%s] object %s: %s".formatted(store, key, reason(e)), e);
    }
  }

  private static InterruptedIOException interrupted(Object store, String key, Exception cause) {
    InterruptedIOException interrupted =
        new InterruptedIOException("[%s] object %s: interrupted".formatted(store, key));
    interrupted.initCause(cause);
    return interrupted;
  }

  private static String reason(IOException failure) {
    if (failure instanceof FileSystemException e && e.getReason() != null) {
      return "%s (%s)".formatted(e.getReason(), e.getFile());
    }
    return "%s (%s)".formatted(failure.getMessage(), failure.getClass().getSimpleName());
  }
}
