package dev.halcyon.tensors.internal.kernels;

import jdk.incubator.vector.FloatVector;

/// The width of vectors that the machine prefers; apart, because it loads the vector module.
final class PreferredWidth {
  private static final int WIDEST = 512;
  private static final int NARROWEST = 128;

  private PreferredWidth() {}

  /// Bits, or 0 where vectors are too narrow to be of use.
  static int bits() {
    int preferred = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    return preferred < NARROWEST ? 0 : Math.min(preferred, WIDEST);
  }
}
