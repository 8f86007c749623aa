package dev.halcyon.transformer.internal.run;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Tells finite float32 numbers from infinite and undefined ones.
final class FiniteFloats {
  private static final int MAGNITUDE = 0x7fffffff;
  private static final int LEAST_EXPONENT = 0x00800000;

  private FiniteFloats() {}

  /// Whether all numbers of the memory are finite.
  ///
  /// The exponent of one that is not has all bits set, so that adding to it reaches the sign bit;
  /// the loop has no branch and is compiled to vector instructions.
  static boolean areAll(MemorySegment floats) {
    long count = floats.byteSize() / Float.BYTES;
    int overflows = 0;
    for (long i = 0; i < count; i++) {
      overflows |= (floats.getAtIndex(ValueLayout.JAVA_INT, i) & MAGNITUDE) + LEAST_EXPONENT;
    }
    return overflows >= 0;
  }

  /// How many numbers are not finite.
  static long countOthers(MemorySegment floats) {
    long count = floats.byteSize() / Float.BYTES;
    long others = 0;
    for (long i = 0; i < count; i++) {
      others += Float.isFinite(floats.getAtIndex(ValueLayout.JAVA_FLOAT, i)) ? 0 : 1;
    }
    return others;
  }
}
