package dev.halcyon.objectstore;

import io.minio.MinioAsyncClient;
import io.minio.ObjectArgs;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/// The client together with what every exchange with the bucket needs: its names, its error
/// messages and its patience.
final class S3Bucket {
  private static final int MOST_DENIALS = 3;

  private final MinioAsyncClient client;
  private final S3Settings settings;
  private final S3Errors errors;
  private final Retry retry;
  private volatile boolean closed;

  S3Bucket(MinioAsyncClient client, S3Settings settings, S3Errors errors, Retry retry) {
    this.client = client;
    this.settings = settings;
    this.errors = errors;
    this.retry = retry;
  }

  S3Errors errors() {
    return errors;
  }

  Retry retry() {
    return retry;
  }

  String name() {
    return settings.bucket();
  }

  /// The key's name in the bucket; an empty key stands for the store's folder.
  String objectName(String key) {
    return settings.folder().isEmpty() ? key : settings.folder() + "/" + key;
  }

  String keyOf(String objectName) {
    return settings.folder().isEmpty()
        ? objectName
        : objectName.substring(settings.folder().length() + 1);
  }

  /// Completes a request's arguments with bucket and object.
  <B extends ObjectArgs.Builder<B, A>, A extends ObjectArgs> A at(String key, B arguments) {
    return arguments.bucket(name()).object(objectName(key)).build();
  }

  /// One exchange about `key`, repeated while the server is unavailable.
  <T> T exchange(String key, Function<MinioAsyncClient, CompletableFuture<T>> request)
      throws IOException {
    return retry.call(attempt -> exchangeOnce(key, request));
  }

  /// MinIO denies a write into a folder that another's delete has emptied and removed in this
  /// moment, as if it were forbidden.
  <T> T exchangeOnce(String key, Function<MinioAsyncClient, CompletableFuture<T>> request)
      throws IOException {
    for (int denials = 1; ; denials++) {
      try {
        return send(key, request);
      } catch (StoreEnvironmentException e) {
        if (denials == MOST_DENIALS || !S3Errors.hasCode(e, S3Errors.ACCESS_DENIED)) {
          throw e;
        }
        retry.pause(denials, e);
      }
    }
  }

  private <T> T send(String key, Function<MinioAsyncClient, CompletableFuture<T>> request)
      throws IOException {
    requireOpen();
    if (Thread.currentThread().isInterrupted()) {
      throw Interrupts.asIOException(null);
    }
    CompletableFuture<T> answer = request.apply(client);
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw errors.translated(key, e);
    } catch (InterruptedException e) {
      CompletableFuture<?> _ = answer.thenAccept(S3Bucket::closeUnused);
      throw Interrupts.asIOException(e);
    }
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("object store %s is closed".formatted(errors.store()));
    }
  }

  void close() {
    closed = true;
  }

  private static void closeUnused(Object answer) {
    if (answer instanceof AutoCloseable body) {
      try {
        body.close();
      } catch (Exception e) {
        // A connection that fails to close is gone as well.
      }
    }
  }
}
