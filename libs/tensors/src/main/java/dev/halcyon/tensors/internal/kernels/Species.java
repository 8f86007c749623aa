package dev.halcyon.tensors.internal.kernels;

import java.nio.ByteOrder;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The one vector width that the kernels are compiled for; constants, because only then does the
/// compiler see through vectors.
final class Species {
  /// What [KernelChoice] read the width from when this class was loaded.
  static final int BITS = KernelChoice.vectorBits();

  static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(BITS));
  static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, VectorShape.forBitSize(BITS));

  /// Float32 lanes of a vector.
  static final int LANES = FLOATS.length();

  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  /// Clears the lower of two BF16 elements that share 32 bits, so that the upper one is a float32.
  static final int UPPER = 0xffff0000;

  private Species() {}
}
