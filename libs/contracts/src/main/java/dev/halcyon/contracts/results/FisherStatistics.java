package dev.halcyon.contracts.results;

import java.util.List;

/// What one pass over a tensor's diagonal Fisher information found. Entries are squares averaged
/// over samples, so none is negative.
///
/// @param elements in the tensor
/// @param sum of the entries
/// @param mean of the entries; not defined for a tensor without elements, as std, max and min
/// @param std population standard deviation over the entries
/// @param max largest entry
/// @param min smallest entry
/// @param topShare part of the sum that the largest 0.1 % of the entries hold (their number rounded
///   up, so at least one), 0-1; not defined where the sum is zero
/// @param topIndex flat (row-major) index of the largest entry, the first one of equals; -1 for a
///   tensor without elements
/// @param largest the largest entries above zero, ten at most, the largest first, equals by index
/// @param tail the distribution's upper end, largest first: enough of it to find the top share of
///   the tensor's layer
public record FisherStatistics(
    long elements,
    double sum,
    double mean,
    double std,
    double max,
    double min,
    double topShare,
    long topIndex,
    List<Entry> largest,
    List<TailBin> tail) {
  public FisherStatistics {
    largest = List.copyOf(largest);
    tail = List.copyOf(tail);
  }

  /// An entry and where it is.
  ///
  /// @param index flat (row-major) index
  /// @param value of the entry
  public record Entry(long index, double value) {}

  /// The entries of one 32nd of an octave.
  ///
  /// @param from smallest value that belongs to it
  /// @param entries how many there are
  /// @param sum of them
  public record TailBin(double from, long entries, double sum) {}
}
