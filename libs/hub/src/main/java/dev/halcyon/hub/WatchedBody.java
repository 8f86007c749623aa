package dev.halcyon.hub;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/// A response's body that is taken as it comes and can be cut off at any moment, by what it holds
/// (too many bytes) or by whoever watches it (too slow). Once it has ended nothing more is written
/// to where its bytes went, so that memory may be used for something else.
abstract class WatchedBody<T> implements BodySubscriber<T> {
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private Subscription subscription;
  private boolean ended;
  private volatile long received;

  @Override
  public final CompletionStage<T> getBody() {
    return result;
  }

  @Override
  public final synchronized void onSubscribe(Subscription subscription) {
    this.subscription = subscription;
    if (ended) {
      subscription.cancel();
    } else {
      subscription.request(1);
    }
  }

  @Override
  public final synchronized void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      if (ended) {
        return;
      }
      received += buffer.remaining();
      take(buffer);
    }
    if (!ended) {
      subscription.request(1);
    }
  }

  @Override
  public final synchronized void onError(Throwable problem) {
    ended = true;
    result.completeExceptionally(problem);
  }

  @Override
  public final synchronized void onComplete() {
    if (!ended) {
      end();
    }
  }

  /// Takes bytes; may [#complete] or [#stop].
  abstract void take(ByteBuffer bytes);

  /// The body is over without an error: completes or stops.
  abstract void end();

  /// Bytes that have come so far, wanted or not.
  final long received() {
    return received;
  }

  /// Whether the body waits for its taker rather than for the server.
  boolean isBusy() {
    return false;
  }

  /// Ends the body well; what may still come is not read, and its connection closed.
  final synchronized void complete(T value) {
    boolean first = !ended;
    ended = true;
    result.complete(value);
    cancel(first);
  }

  /// Fails the body. The reason is set before the connection is closed, so that it is not taken for
  /// a connection that broke.
  final synchronized void stop(Throwable problem) {
    boolean first = !ended;
    ended = true;
    result.completeExceptionally(problem);
    cancel(first);
  }

  /// Ends the body after its last byte; the connection is used again.
  final synchronized void completeAtEnd(T value) {
    ended = true;
    result.complete(value);
  }

  private void cancel(boolean first) {
    if (first && subscription != null) {
      subscription.cancel();
    }
  }
}
