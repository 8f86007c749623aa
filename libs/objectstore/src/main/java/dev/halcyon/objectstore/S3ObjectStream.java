package dev.halcyon.objectstore;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/// A range of one version of an object as a stream. Where the connection breaks it goes on from the
/// next byte with a new one, as long as the object is still that version.
final class S3ObjectStream extends InputStream {
  private final S3Reader reader;
  private final String version;
  private final long end;
  private long position;
  private int failuresInARow;
  private InputStream body;

  S3ObjectStream(S3Reader reader, S3Reader.Opened opened, ByteRange range) {
    this.reader = reader;
    this.version = opened.version();
    this.body = opened.body();
    this.position = range.offset();
    this.end = range.end();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int count) throws IOException {
    Objects.checkFromIndexSize(from, count, target.length);
    if (count == 0) {
      return 0;
    }
    if (position == end) {
      return -1;
    }
    int wanted = (int) Math.min(count, end - position);
    while (true) {
      try {
        int done = readBody(target, from, wanted);
        position += done;
        failuresInARow = 0;
        return done;
      } catch (IOException e) {
        reopenAfter(e);
      }
    }
  }

  private int readBody(byte[] target, int from, int count) throws IOException {
    int done = body.read(target, from, count);
    if (done < 0) {
      throw new EOFException("the response ended at byte %d of %d".formatted(position, end));
    }
    return done;
  }

  private void reopenAfter(IOException failure) throws IOException {
    closeQuietly();
    if (Thread.currentThread().isInterrupted()) {
      throw Interrupts.asIOException(failure);
    }
    Retry retry = reader.bucket().retry();
    if (++failuresInARow == retry.attempts()) {
      throw reader.bucket().errors().unavailable(reader.key(), failure);
    }
    retry.pause(failuresInARow, failure);
    body = reader.open(new ByteRange(position, end - position), version).body();
  }

  private void closeQuietly() {
    try {
      body.close();
    } catch (IOException e) {
      // The connection is given up either way.
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
