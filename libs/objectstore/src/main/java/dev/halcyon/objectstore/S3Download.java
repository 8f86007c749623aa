package dev.halcyon.objectstore;

import io.minio.HeadObjectResponse;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ExecutorService;

/// Fills memory from an object by ranges read at once. The first answer says which version of the
/// object it is of, and the other ranges are asked of that version only.
final class S3Download {
  private static final int CHUNK = 1 << 16;
  private static final int MOST_RESTARTS = 10;

  private final S3Reader reader;
  private final ExecutorService threads;
  private final S3Settings settings;

  S3Download(S3Reader reader, ExecutorService threads, S3Settings settings) {
    this.reader = reader;
    this.threads = threads;
    this.settings = settings;
  }

  InputStream stream(ByteRange range) throws IOException {
    if (range.length() == 0) {
      requireWithin(range, reader.head().size());
      return InputStream.nullInputStream();
    }
    return new S3ObjectStream(reader, reader.open(range, null), range);
  }

  void read(ByteRange range, MemorySegment target) throws IOException {
    if (range.length() == 0) {
      requireWithin(range, reader.head().size());
      return;
    }
    ofOneVersion(() -> {
      readVersion(range, target, null);
      return null;
    });
  }

  byte[] readAll() throws IOException {
    return ofOneVersion(() -> {
      HeadObjectResponse head = reader.head();
      byte[] content =
          new byte
              [HeapObjects.lengthFor(head.size(), reader.bucket().errors().store(), reader.key())];
      if (content.length > 0) {
        readVersion(
            new ByteRange(0, content.length),
            MemorySegment.ofArray(content),
            head.headers().get(S3Reader.VERSION));
      }
      return content;
    });
  }

  private interface VersionRead<T> {
    T run() throws IOException;
  }

  private static <T> T ofOneVersion(VersionRead<T> read) throws IOException {
    for (int restarts = 0; ; restarts++) {
      try {
        return read.run();
      } catch (ObjectReplacedException e) {
        if (restarts == MOST_RESTARTS) {
          throw e;
        }
      }
    }
  }

  private void readVersion(ByteRange whole, MemorySegment target, String version)
      throws IOException {
    boolean atOnce =
        whole.length() > settings.partSize()
            && target.isAccessibleBy(Thread.ofVirtual().unstarted(() -> {}));
    ByteRange first = atOnce ? new ByteRange(whole.offset(), settings.partSize()) : whole;
    S3Reader.Opened opened = reader.open(first, version);
    try (InputStream stream = new S3ObjectStream(reader, opened, first)) {
      requireWithin(whole, opened.size());
      if (atOnce) {
        readRest(whole, target, opened.version(), stream);
      } else {
        fill(target, stream);
      }
    }
  }

  private void readRest(ByteRange whole, MemorySegment target, String version, InputStream first)
      throws IOException {
    long part = settings.partSize();
    int parts = Math.toIntExact((whole.length() + part - 1) / part);
    new SharedWork(parts)
        .run(
            threads,
            settings.parallelism() - 1,
            number -> {
              if (number == 0) {
                fill(target.asSlice(0, part), first);
                return;
              }
              long from = number * part;
              long length = Math.min(part, whole.length() - from);
              fill(
                  target.asSlice(from, length),
                  new ByteRange(whole.offset() + from, length),
                  version);
            });
  }

  private void fill(MemorySegment target, ByteRange range, String version) throws IOException {
    try (InputStream stream = new S3ObjectStream(reader, reader.open(range, version), range)) {
      fill(target, stream);
    }
  }

  private static void fill(MemorySegment target, InputStream stream) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK, target.byteSize())];
    long filled = 0;
    while (filled < target.byteSize()) {
      int count = stream.read(chunk, 0, (int) Math.min(chunk.length, target.byteSize() - filled));
      MemorySegment.copy(chunk, 0, target, ValueLayout.JAVA_BYTE, filled, count);
      filled += count;
    }
  }

  private void requireWithin(ByteRange range, long size) throws ObjectSizeException {
    range.requireWithin(size, reader.bucket().errors().store(), reader.key());
  }
}
