package dev.halcyon.objectstore;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.OptionalLong;

/// A caller's stream on its way into a store. Its failures are marked, so that they are not taken
/// for the store's; a content that is shorter or longer than announced is an [ObjectSizeException].
/// Closing it leaves the caller's stream open.
final class ContentInputStream extends FilterInputStream {
  /// What the caller's stream threw.
  static final class SourceException extends IOException {
    private final IOException thrown;

    SourceException(IOException thrown) {
      super(thrown);
      this.thrown = thrown;
    }

    IOException thrown() {
      return thrown;
    }
  }

  private final OptionalLong length;
  private final Object store;
  private final String key;
  private long position;

  ContentInputStream(InputStream content, OptionalLong length, Object store, String key) {
    super(Objects.requireNonNull(content, "content is null"));
    if (length.isPresent() && length.getAsLong() < 0) {
      throw new IllegalArgumentException(
          "object %s has the negative length %d".formatted(key, length.getAsLong()));
    }
    this.length = length;
    this.store = store;
    this.key = key;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int count) throws IOException {
    int done = readSource(target, from, count);
    position += Math.max(0, done);
    if (length.isPresent()) {
      checkLength(length.getAsLong(), done < 0);
    }
    return done;
  }

  private int readSource(byte[] target, int from, int count) throws SourceException {
    try {
      return in.read(target, from, count);
    } catch (IOException e) {
      throw new SourceException(e);
    }
  }

  private void checkLength(long announced, boolean ended) throws ObjectSizeException {
    if (position > announced || (ended && position < announced)) {
      throw new ObjectSizeException(
          store,
          key,
          "its content was announced as %d bytes and %s %d"
              .formatted(announced, ended ? "ended after" : "has at least", position));
    }
  }

  @Override
  public long skip(long count) {
    throw new UnsupportedOperationException("content is read sequentially");
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void close() {}
}
