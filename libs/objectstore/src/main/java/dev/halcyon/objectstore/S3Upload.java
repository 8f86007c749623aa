package dev.halcyon.objectstore;

import io.minio.messages.Part;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;

/// Streams one content into the bucket: the caller's thread reads parts, the store's threads send
/// them. A content that ends within its first part is put by one request.
///
/// Memory: a part is held from before it is read until it is sent, and the store's semaphore,
/// shared by all uploads, counts the parts held. An upload uses its buffers again and drops them at
/// its end.
final class S3Upload {
  private static final int MOST_PARTS = 10_000;
  private static final int PART_STEP = 1 << 20;

  private final S3Bucket bucket;
  private final S3Objects objects;
  private final ExecutorService threads;
  private final Semaphore partsInMemory;
  private final String key;
  private final int partSize;
  private final int firstBuffer;
  private final Queue<byte[]> buffers = new ConcurrentLinkedQueue<>();
  private final List<CompletableFuture<Part>> parts = new ArrayList<>();
  private volatile boolean failed;

  S3Upload(
      S3Bucket bucket,
      S3Objects objects,
      ExecutorService threads,
      Semaphore partsInMemory,
      int partSize,
      String key,
      OptionalLong length) {
    this.bucket = bucket;
    this.objects = objects;
    this.threads = threads;
    this.partsInMemory = partsInMemory;
    this.key = key;
    this.partSize = partSizeFor(length, partSize, key);
    this.firstBuffer = (int) Math.min(this.partSize, length.orElse(this.partSize) + 1);
  }

  private static int partSizeFor(OptionalLong length, int configured, String key) {
    long least = length.orElse(0) / MOST_PARTS + 1;
    long rounded = (least + PART_STEP - 1) / PART_STEP * PART_STEP;
    if (rounded > Integer.MAX_VALUE - PART_STEP) {
      throw new IllegalArgumentException(
          "object %s of %d bytes is larger than the limit of S3".formatted(key, length.orElse(0)));
    }
    return (int) Math.max(rounded, configured);
  }

  void run(InputStream content) throws IOException {
    acquire();
    byte[] first = new byte[firstBuffer];
    int count;
    try {
      count = content.readNBytes(first, 0, first.length);
      if (count < first.length) {
        objects.put(key, new S3Payload(first, count));
      }
    } catch (Throwable failure) {
      partsInMemory.release();
      throw failure;
    }
    if (count < first.length) {
      partsInMemory.release();
    } else {
      sendParts(first, content);
    }
  }

  private void sendParts(byte[] first, InputStream content) throws IOException {
    S3Multipart upload = beginOrRelease();
    try {
      send(upload, first, first.length);
      while (sendNext(upload, content)) {}
      upload.complete(awaitParts());
    } catch (Throwable failure) {
      abort(upload, failure);
      throw failure;
    }
  }

  private S3Multipart beginOrRelease() throws IOException {
    try {
      return new S3Multipart(bucket, objects, key);
    } catch (Throwable failure) {
      partsInMemory.release();
      throw failure;
    }
  }

  private boolean sendNext(S3Multipart upload, InputStream content) throws IOException {
    acquire();
    byte[] buffer = buffers.poll();
    if (buffer == null) {
      buffer = new byte[partSize];
    }
    int count = 0;
    try {
      count = failed ? 0 : content.readNBytes(buffer, 0, partSize);
    } finally {
      if (count == 0) {
        partsInMemory.release();
      }
    }
    if (count == 0) {
      return false;
    }
    send(upload, buffer, count);
    return count == partSize;
  }

  private void send(S3Multipart upload, byte[] buffer, int count) throws IOException {
    int number = parts.size() + 1;
    if (number > MOST_PARTS) {
      partsInMemory.release();
      throw new ObjectSizeException(
          bucket.errors().store(),
          key,
          "content of unknown length is limited to %d parts of %d bytes: announce its length or use larger parts"
              .formatted(MOST_PARTS, partSize));
    }
    parts.add(
        CompletableFuture.supplyAsync(() -> sendPart(upload, number, buffer, count), threads));
  }

  private Part sendPart(S3Multipart upload, int number, byte[] buffer, int count) {
    try {
      return failed ? null : upload.upload(number, new S3Payload(buffer, count));
    } catch (IOException e) {
      failed = true;
      throw new CompletionException(e);
    } catch (Throwable e) {
      failed = true;
      throw e;
    } finally {
      buffers.add(buffer);
      partsInMemory.release();
    }
  }

  private List<Part> awaitParts() throws IOException {
    List<Part> sent = new ArrayList<>();
    for (CompletableFuture<Part> part : parts) {
      try {
        sent.add(part.get());
      } catch (InterruptedException e) {
        throw Interrupts.asIOException(e);
      } catch (ExecutionException e) {
        throw bucket.errors().translated(key, e);
      }
    }
    return sent;
  }

  /// Parts under way are waited for first: a part that arrives after the abort would stay.
  private void abort(S3Multipart upload, Throwable failure) {
    failed = true;
    parts.forEach(part -> part.exceptionally(e -> null).join());
    try {
      upload.abort();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void acquire() throws IOException {
    try {
      partsInMemory.acquire();
    } catch (InterruptedException e) {
      throw Interrupts.asIOException(e);
    }
  }
}
