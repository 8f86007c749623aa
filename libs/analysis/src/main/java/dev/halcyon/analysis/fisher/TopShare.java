package dev.halcyon.analysis.fisher;

/// The part of a sum that the largest 0.1 % of its entries hold.
final class TopShare {
  private static final long ONE_IN = 1000;

  private TopShare() {}

  /// How many entries are 0.1 % of so many, rounded up.
  static long entries(long elements) {
    return Math.ceilDiv(elements, ONE_IN);
  }

  /// Where the largest entries end.
  ///
  /// @param bin of the histogram that holds the smallest of them
  /// @param above sum of the entries in the bins above
  /// @param taken entries of that bin that belong to them
  record Cut(int bin, double above, long taken) {}

  /// Where the `entries` largest end; there are as many.
  static Cut cut(MagnitudeHistogram histogram, long entries) {
    CompensatedSum above = new CompensatedSum();
    long wanted = entries;
    int bin = MagnitudeHistogram.BINS - 1;
    while (histogram.count(bin) < wanted) {
      wanted -= histogram.count(bin);
      above.add(histogram.sum(bin));
      bin--;
    }
    return new Cut(bin, above.value(), wanted);
  }

  /// The sum of the largest entries of the cut's bin, given how often each `low` occurs in it.
  static double sumTaken(Cut cut, long[] lowCounts) {
    CompensatedSum sum = new CompensatedSum();
    long wanted = cut.taken();
    for (int low = MagnitudeHistogram.LOW_MASK; wanted > 0; low--) {
      long taken = Math.min(wanted, lowCounts[low]);
      int bits = (cut.bin() << MagnitudeHistogram.LOW_BITS) | low;
      sum.add(taken * (double) Float.intBitsToFloat(bits));
      wanted -= taken;
    }
    return sum.value();
  }
}
