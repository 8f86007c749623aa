package dev.halcyon.objectstore;

import java.util.Objects;

/// A run of an object's bytes.
record ByteRange(long offset, long length) {
  ByteRange {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException(
          "offset %d and length %d must not be negative".formatted(offset, length));
    }
    Objects.checkFromIndexSize(offset, length, Long.MAX_VALUE);
  }

  long end() {
    return offset + length;
  }

  void requireWithin(long size, Object store, String key) throws ObjectSizeException {
    if (end() > size) {
      throw new ObjectSizeException(
          store,
          key,
          "it has %d bytes, and %d from offset %d on were asked for"
              .formatted(size, length, offset));
    }
  }
}
