package dev.halcyon.objectstore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/// A range of an open file as a stream, which closes the file.
final class FileRangeInputStream extends InputStream {
  private final FileChannel file;
  private final Object store;
  private final String key;
  private final long end;
  private long position;

  FileRangeInputStream(FileChannel file, ByteRange range, Object store, String key) {
    this.file = file;
    this.store = store;
    this.key = key;
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
    ByteBuffer buffer = ByteBuffer.wrap(target, from, wanted);
    int done = FileErrors.translated(store, key, () -> file.read(buffer, position));
    if (done < 0) {
      throw new ObjectSizeException(
          store, key, "its file was truncated to %d bytes".formatted(position));
    }
    position += done;
    return done;
  }

  @Override
  public long skip(long count) {
    long skipped = Math.clamp(count, 0, end - position);
    position += skipped;
    return skipped;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, end - position);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
