package dev.halcyon.exports;

import java.util.List;
import java.util.stream.IntStream;

/// How quantization recipes store weights: integers of few bits, those of chosen tensors of more,
/// with a scale for each group of a row.
final class Bits {
  static final int FEW = 4;
  static final int MORE = 8;

  private static final int[] GROUP_SIZES = {128, 64, 32};

  private Bits() {}

  /// The largest usual size of a group that divides the rows of all matrices.
  ///
  /// @throws ExportException where none does
  static int groupSize(List<ScoredTensor> matrices) {
    return IntStream.of(GROUP_SIZES)
        .filter(size -> matrices.stream().allMatch(matrix -> divides(size, matrix)))
        .findFirst()
        .orElseThrow(
            () -> new ExportException("the rows of some matrices have no groups of 32, 64 or 128"));
  }

  /// A shape that is not known fits.
  private static boolean divides(int size, ScoredTensor matrix) {
    return matrix.shape().map(shape -> shape.columns() % size == 0).orElse(true);
  }

  /// What a recipe says to a reader.
  static String note(Selection selection) {
    return "%d matrices have %d bits, %d have %d"
        .formatted(selection.chosen().size(), MORE, selection.rest().size(), FEW);
  }
}
