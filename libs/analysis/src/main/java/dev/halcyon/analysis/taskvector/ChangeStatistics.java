package dev.halcyon.analysis.taskvector;

/// Summary statistics of a tensor of a task vector. They are undefined if an element is not finite.
///
/// @param elements of it
/// @param norm Frobenius norm of the change
/// @param baseNorm Frobenius norm of the base's tensor
/// @param mean of the change
/// @param std sample standard deviation of the change (divided by n - 1); not defined for fewer
///   than two elements
/// @param max largest change
/// @param min smallest change
public record ChangeStatistics(
    long elements, double norm, double baseNorm, double mean, double std, double max, double min) {
  /// The norm of the change over that of the base; 0 where neither has any.
  double relative() {
    return norm == 0 ? 0 : norm / baseNorm;
  }
}
