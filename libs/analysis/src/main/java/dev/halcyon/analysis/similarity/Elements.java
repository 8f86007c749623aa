package dev.halcyon.analysis.similarity;

import dev.halcyon.tensors.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Reads elements as float64.
final class Elements {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Elements() {}

  static void read(ModelTensor tensor, long first, double[] target) throws IOException {
    int bytes = tensor.dtype().bytes();
    MemorySegment raw = MemorySegment.ofArray(new byte[target.length * bytes]);
    tensor.bytes().read(first * bytes, raw);
    for (int i = 0; i < target.length; i++) {
      target[i] = element(tensor.dtype(), raw, (long) i * bytes);
    }
  }

  static long nonFinite(double[] values) {
    long count = 0;
    for (double value : values) {
      count += Double.isFinite(value) ? 0 : 1;
    }
    return count;
  }

  private static double element(DType dtype, MemorySegment raw, long offset) {
    return switch (dtype) {
      case F64 -> raw.get(DOUBLE, offset);
      case F32 -> raw.get(FLOAT, offset);
      case BF16 -> Float.intBitsToFloat(raw.get(SHORT, offset) << 16);
      case F16 -> Float.float16ToFloat(raw.get(SHORT, offset));
      case F8_E5M2 -> Float.float16ToFloat((short) (raw.get(ValueLayout.JAVA_BYTE, offset) << 8));
      case F8_E4M3 -> e4m3(raw.get(ValueLayout.JAVA_BYTE, offset));
      default -> throw new IllegalArgumentException(dtype + " cannot be computed on");
    };
  }

  /// Four exponent bits with bias 7, three of mantissa, no infinities, one NaN for each sign.
  private static double e4m3(byte bits) {
    int exponent = (bits >> 3) & 0xf;
    int mantissa = bits & 7;
    double size =
        (bits & 0x7f) == 0x7f
            ? Double.NaN
            : exponent == 0 ? mantissa * 0x1p-9 : Math.scalb(8.0 + mantissa, exponent - 10);
    return bits < 0 ? -size : size;
  }
}
