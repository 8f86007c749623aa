package dev.halcyon.objectstore;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;

/// Bytes to put.
final class TestContent {
  private TestContent() {}

  static byte[] content(int size, int seed) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    return content;
  }

  /// Yields odd-sized pieces, as a network does.
  static InputStream slowStream(byte[] content) {
    return new ByteArrayInputStream(content) {
      @Override
      public synchronized int read(byte[] target, int from, int count) {
        return super.read(target, from, Math.min(count, 65_521));
      }
    };
  }

  static InputStream failingStream(int size, IOException failure) {
    return new InputStream() {
      private int position;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int from, int count) throws IOException {
        if (position == size) {
          throw failure;
        }
        int done = Math.min(count, size - position);
        position += done;
        return done;
      }
    };
  }
}
