package dev.halcyon.tensors.kernels;

import dev.halcyon.tensors.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/// Converts elements of any computable type to float32 or float64, exactly.
public final class Widening {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final float[] E4M3 = eightBits(Widening::e4m3);
  private static final float[] E5M2 = eightBits(bits -> Float.float16ToFloat((short) (bits << 8)));

  private Widening() {}

  /// Whether every element of the type is a float32.
  public static boolean fitsFloat(DType type) {
    return type.computable() && type != DType.F64;
  }

  /// The float32 of each of the 256 codes of a computable 8-bit type, not to be written to.
  ///
  /// @throws IllegalArgumentException for another type
  public static float[] eightBitValues(DType type) {
    return switch (type) {
      case F8_E4M3 -> E4M3;
      case F8_E5M2 -> E5M2;
      default -> throw new IllegalArgumentException(type + " is not a supported 8-bit type");
    };
  }

  /// Writes elements as little-endian float32.
  ///
  /// @param source raw elements, from its first byte on
  /// @param target at least 4 bytes for each element
  /// @throws IllegalArgumentException for a type that does not [fit][#fitsFloat]
  public static void toFloat(DType type, MemorySegment source, MemorySegment target, int count) {
    Objects.checkFromIndexSize(0, (long) count * Float.BYTES, target.byteSize());
    switch (type) {
      case F32 -> MemorySegment.copy(source, 0, target, 0, (long) count * Float.BYTES);
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target.set(FLOAT, 4L * i, Float.intBitsToFloat(source.get(SHORT, 2L * i) << 16));
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target.set(FLOAT, 4L * i, Float.float16ToFloat(source.get(SHORT, 2L * i)));
        }
      }
      case F8_E4M3 -> lookUp(E4M3, source, target, count);
      case F8_E5M2 -> lookUp(E5M2, source, target, count);
      default -> throw new IllegalArgumentException("elements of " + type + " are no float32");
    }
  }

  private static void lookUp(
      float[] values, MemorySegment source, MemorySegment target, int count) {
    for (int i = 0; i < count; i++) {
      target.set(FLOAT, 4L * i, values[source.get(BYTE, i) & 0xff]);
    }
  }

  /// Writes elements as float64.
  ///
  /// @param source raw elements, from its first byte on
  /// @throws IllegalArgumentException for a type that is not computable
  public static void toDouble(DType type, MemorySegment source, double[] target, int count) {
    switch (type) {
      case F64 -> MemorySegment.copy(source, DOUBLE, 0, target, 0, count);
      case F32 -> {
        for (int i = 0; i < count; i++) {
          target[i] = source.get(FLOAT, 4L * i);
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = Float.intBitsToFloat(source.get(SHORT, 2L * i) << 16);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = Float.float16ToFloat(source.get(SHORT, 2L * i));
        }
      }
      case F8_E4M3 -> lookUp(E4M3, source, target, count);
      case F8_E5M2 -> lookUp(E5M2, source, target, count);
      default -> throw new IllegalArgumentException("elements of " + type + " are not computable");
    }
  }

  private static void lookUp(float[] values, MemorySegment source, double[] target, int count) {
    for (int i = 0; i < count; i++) {
      target[i] = values[source.get(BYTE, i) & 0xff];
    }
  }

  private interface EightBits {
    float value(int bits);
  }

  private static float[] eightBits(EightBits type) {
    float[] values = new float[256];
    for (int bits = 0; bits < values.length; bits++) {
      values[bits] = type.value(bits);
    }
    return values;
  }

  /// Four bits of exponent with bias 7, three of mantissa, no infinities, one NaN of each sign
  /// (Micikevicius et al. 2022, "FP8 formats for deep learning").
  private static float e4m3(int bits) {
    int exponent = (bits >> 3) & 0xf;
    int mantissa = bits & 7;
    float size =
        (bits & 0x7f) == 0x7f
            ? Float.NaN
            : exponent == 0 ? mantissa * 0x1p-9f : Math.scalb(8f + mantissa, exponent - 10);
    return bits < 0x80 ? size : -size;
  }
}
