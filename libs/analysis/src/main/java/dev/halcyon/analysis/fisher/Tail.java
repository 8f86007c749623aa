package dev.halcyon.analysis.fisher;

import dev.halcyon.contracts.results.FisherStatistics.TailBin;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The upper ends of several tensors' distributions, from which follows the share that the largest
/// 0.1 % of all their entries hold.
///
/// Bins are a 32nd of an octave wide. The bin that the cut goes through counts by its mean, which
/// is off by at most 3 % of what that one bin contributes.
final class Tail {
  /// Bins of the histogram in one bin of the tail.
  private static final int FINE = 8;

  private final NavigableMap<Double, TailBin> bins = new TreeMap<>();

  /// Bins of the histogram, largest first, until they hold so many entries or there are no more.
  static List<TailBin> of(MagnitudeHistogram histogram, long entries) {
    List<TailBin> tail = new ArrayList<>();
    long held = 0;
    for (int bin = MagnitudeHistogram.BINS - FINE; bin >= 0 && held < entries; bin -= FINE) {
      TailBin coarse = coarse(histogram, bin);
      if (coarse.entries() > 0) {
        tail.add(coarse);
        held += coarse.entries();
      }
    }
    return tail;
  }

  void addAll(List<TailBin> tail) {
    tail.forEach(bin -> bins.merge(bin.from(), bin, Tail::joined));
  }

  /// The share of `sum` that the largest 0.1 % of `elements` hold; not defined where that is zero.
  double topShare(long elements, double sum) {
    CompensatedSum top = new CompensatedSum();
    long wanted = TopShare.entries(elements);
    for (TailBin bin : bins.descendingMap().values()) {
      long taken = Math.min(wanted, bin.entries());
      top.add(bin.sum() * ((double) taken / bin.entries()));
      wanted -= taken;
    }
    return sum > 0 ? Math.min(1, top.value() / sum) : Double.NaN;
  }

  private static TailBin coarse(MagnitudeHistogram histogram, int first) {
    long count = 0;
    double sum = 0;
    for (int bin = first; bin < first + FINE; bin++) {
      count += histogram.count(bin);
      sum += histogram.sum(bin);
    }
    return new TailBin(MagnitudeHistogram.from(first), count, sum);
  }

  private static TailBin joined(TailBin a, TailBin b) {
    return new TailBin(a.from(), a.entries() + b.entries(), a.sum() + b.sum());
  }
}
