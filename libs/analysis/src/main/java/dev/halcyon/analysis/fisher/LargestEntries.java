package dev.halcyon.analysis.fisher;

import dev.halcyon.contracts.results.FisherStatistics.Entry;
import java.util.ArrayList;
import java.util.List;

/// The ten largest entries above zero of those offered, the largest first, equals by index.
final class LargestEntries {
  static final int CAPACITY = 10;

  private final int[] bits = new int[CAPACITY];
  private final long[] indices = new long[CAPACITY];
  private int size;

  /// Bits that an entry must exceed to be among the largest, where entries are offered by rising
  /// index.
  int threshold() {
    return size < CAPACITY ? 0 : bits[CAPACITY - 1];
  }

  void offer(long index, int entryBits) {
    int place = size;
    while (place > 0 && precedes(entryBits, index, place - 1)) {
      place--;
    }
    if (entryBits > 0 && place < CAPACITY) {
      insert(place, index, entryBits);
    }
  }

  void offerAll(LargestEntries other) {
    for (int i = 0; i < other.size; i++) {
      offer(other.indices[i], other.bits[i]);
    }
  }

  List<Entry> list() {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      entries.add(new Entry(indices[i], Float.intBitsToFloat(bits[i])));
    }
    return entries;
  }

  private boolean precedes(int entryBits, long index, int place) {
    return entryBits > bits[place] || (entryBits == bits[place] && index < indices[place]);
  }

  private void insert(int place, long index, int entryBits) {
    size = Math.min(size + 1, CAPACITY);
    System.arraycopy(bits, place, bits, place + 1, size - place - 1);
    System.arraycopy(indices, place, indices, place + 1, size - place - 1);
    bits[place] = entryBits;
    indices[place] = index;
  }
}
