package dev.halcyon.hub;

import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.Subject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// A range of a file from a server that knows no ranges: the file is read from its beginning
/// through one connection, what lies before the range is passed over, and nothing is read beyond
/// it. A lost connection starts over from the file's beginning.
final class SequentialTransfer {
  private final TransferParts parts;
  private final HubFile file;
  private final long offset;
  private final long length;
  private final MemorySegment buffer;
  private final ChunkConsumer consumer;
  private long delivered;

  /// @param delivered bytes of the range that the consumer has taken before
  SequentialTransfer(
      TransferParts parts,
      HubFile file,
      long offset,
      long length,
      long delivered,
      MemorySegment buffer,
      ChunkConsumer consumer) {
    this.parts = parts;
    this.file = file;
    this.offset = offset;
    this.length = length;
    this.delivered = delivered;
    this.buffer = buffer;
    this.consumer = consumer;
  }

  void run() throws IOException {
    Attempts attempts = parts.attempts(file);
    FileUrls.Location location = parts.urls().of(file, attempts);
    while (delivered < length) {
      Optional<Reply<Void>> reply = tried(location, attempts);
      if (reply.isPresent() && !reply.get().isSuccess()) {
        location = afterRefusal(location, reply.get(), attempts);
      }
    }
  }

  /// The reply to one request; empty where the request is to be repeated.
  private Optional<Reply<Void>> tried(FileUrls.Location location, Attempts attempts)
      throws IOException {
    try {
      return Optional.of(request(location));
    } catch (HubException e) {
      attempts.failed(e);
      return Optional.empty();
    }
  }

  private FileUrls.Location afterRefusal(
      FileUrls.Location location, Reply<?> reply, Attempts attempts) throws IOException {
    if (!location.signed()) {
      throw parts.http().error(Subject.of(file), reply);
    }
    attempts.failed(refused(location, reply));
    return parts.urls().insteadOf(file, location, attempts);
  }

  private Reply<Void> request(FileUrls.Location location) throws IOException {
    HubRequest request = HubRequest.get(location.uri(), Subject.of(file));
    AtomicReference<DeliveringBody> body = new AtomicReference<>();
    Reply<Void> reply =
        parts
            .http()
            .exchange(
                request,
                (status, headers) -> {
                  checkLength(headers);
                  body.set(new DeliveringBody());
                  return body.get();
                },
                parts.http().stallWatch(file.toString()));
    if (body.get() != null && body.get().consumerFailure != null) {
      throw Failures.rethrown(body.get().consumerFailure);
    }
    return reply;
  }

  private void checkLength(HttpHeaders headers) throws HubException {
    if (headers.firstValueAsLong("Content-Length").orElse(file.size()) != file.size()) {
      throw new HubException(
          Reason.INTEGRITY,
          "[" + file + "] the file is not of the " + file.size() + " bytes that the Hub lists");
    }
  }

  private HubException refused(FileUrls.Location location, Reply<?> reply) {
    return new HubException(
        Reason.UNAVAILABLE,
        "[" + file + "] the storage at " + location + " answers " + reply.status());
  }

  /// The whole file's body; the consumer runs in the thread that receives it, which holds back the
  /// server while it works.
  private final class DeliveringBody extends WatchedBody<Void> {
    private long skip = offset + delivered;
    private long filled;
    private volatile boolean busy;
    private Throwable consumerFailure;

    @Override
    void take(ByteBuffer bytes) {
      int skipped = (int) Math.min(skip, bytes.remaining());
      skip -= skipped;
      bytes.position(bytes.position() + skipped);
      while (bytes.hasRemaining() && delivered < length) {
        fill(bytes);
        if (filled == wanted()) {
          deliver();
        }
      }
      if (delivered == length) {
        complete(null);
      }
    }

    private long wanted() {
      return Math.min(buffer.byteSize(), length - delivered);
    }

    private void fill(ByteBuffer bytes) {
      int taken = (int) Math.min(wanted() - filled, bytes.remaining());
      ByteBuffer slice = bytes.slice(bytes.position(), taken);
      MemorySegment.copy(MemorySegment.ofBuffer(slice), 0, buffer, filled, taken);
      bytes.position(bytes.position() + taken);
      filled += taken;
      parts.listener().received(taken);
    }

    private void deliver() {
      busy = true;
      try {
        consumer.accept(delivered, buffer.asSlice(0, filled).asReadOnly());
        delivered += filled;
        filled = 0;
      } catch (Throwable e) {
        consumerFailure = e;
        delivered = length;
      } finally {
        busy = false;
      }
    }

    @Override
    boolean isBusy() {
      return busy;
    }

    @Override
    void end() {
      stop(
          new HubException(
              Reason.UNAVAILABLE, "[" + file + "] the response ended before the end of the file"));
    }
  }
}
