package dev.halcyon.tensors.internal.kernels;

import dev.halcyon.tensors.kernels.Tile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Single elements of tiles, as float32.
final class Element {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Element() {}

  static float get(Tile.Format format, MemorySegment memory, long offset) {
    return switch (format) {
      case BFLOAT16 -> Float.intBitsToFloat(memory.get(SHORT, offset) << 16);
      case FLOAT32 -> memory.get(FLOAT, offset);
    };
  }
}
