package dev.halcyon.objectstore;

/// Objects that are handed over as one `byte[]`.
final class HeapObjects {
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private HeapObjects() {}

  static int lengthFor(long size, Object store, String key) throws ObjectSizeException {
    if (size > LARGEST_ARRAY) {
      throw new ObjectSizeException(
          store, key, "its %d bytes do not fit into an array: read it by ranges".formatted(size));
    }
    return (int) size;
  }
}
