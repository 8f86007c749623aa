package dev.halcyon.tensors;

import static java.util.Objects.requireNonNull;

import dev.halcyon.tensors.kernels.Widening;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/// A tensor of float32 elements, each computed when it is read: an 8-bit code times the scale of
/// its block.
///
/// Scales are read with the first element and held, 4 bytes for each block. Safe for use by many
/// threads where the codes' and the scales' bytes are.
public final class ScaledBytes implements TensorBytes {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private final DType codeType;
  private final TensorBytes codes;
  private final DType scaleType;
  private final TensorBytes scales;
  private final ScaleBlocks blocks;
  private float[] scaleValues;

  /// A view; nothing is read yet.
  ///
  /// @param codes of an 8-bit type that is computable
  /// @param scales of a type that [#isScale] accepts, one for each of `blocks`, row-major
  /// @throws IllegalArgumentException where the types are others, or there are too few bytes
  public ScaledBytes(
      DType codeType, TensorBytes codes, DType scaleType, TensorBytes scales, ScaleBlocks blocks) {
    this.codeType = requireNonNull(codeType, "codeType is null");
    this.codes = requireNonNull(codes, "codes is null");
    this.scaleType = requireNonNull(scaleType, "scaleType is null");
    this.scales = requireNonNull(scales, "scales is null");
    this.blocks = requireNonNull(blocks, "blocks is null");
    if (!isCode(codeType) || !isScale(scaleType)) {
      throw new IllegalArgumentException(
          "no codes of " + codeType + " with scales of " + scaleType);
    }
    if (codes.size() < blocks.shape().elements()
        || scales.size() < blocks.count() * scaleType.bytes()) {
      throw new IllegalArgumentException(
          "%d bytes of codes and %d of scales are too few for %s in blocks of %s"
              .formatted(codes.size(), scales.size(), blocks.shape(), blocks.block()));
    }
  }

  /// Whether elements of the type are codes that a scale makes values of.
  public static boolean isCode(DType type) {
    return type.computable() && type.bits() == 8;
  }

  /// Whether elements of the type are read as scales.
  public static boolean isScale(DType type) {
    return type == DType.F8_E8M0 || Widening.fitsFloat(type);
  }

  @Override
  public long size() {
    return blocks.shape().elements() * Float.BYTES;
  }

  /// Fills the target with elements.
  ///
  /// @param offset a multiple of 4, as is the target's size
  @Override
  public void read(long offset, MemorySegment target) throws IOException {
    Objects.checkFromIndexSize(offset, target.byteSize(), size());
    if (offset % Float.BYTES != 0 || target.byteSize() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "%d bytes at %d are no whole float32 elements".formatted(target.byteSize(), offset));
    }
    long count = target.byteSize() / Float.BYTES;
    MemorySegment own = target.asSlice(target.byteSize() - count);
    codes.read(offset / Float.BYTES, own);
    float[] factors = scaleValues();
    blocks.runs(
        offset / Float.BYTES,
        count,
        (from, length, block) -> multiply(own, target, from, length, factors[block]));
  }

  /// Codes lie in the last quarter of the target: each is read before the elements reach it.
  private void multiply(
      MemorySegment from, MemorySegment to, long first, long count, float factor) {
    float[] values = Widening.eightBitValues(codeType);
    for (long i = first; i < first + count; i++) {
      to.set(FLOAT, Float.BYTES * i, values[from.get(BYTE, i) & 0xff] * factor);
    }
  }

  private synchronized float[] scaleValues() throws IOException {
    if (scaleValues == null) {
      scaleValues = readScales();
    }
    return scaleValues;
  }

  private float[] readScales() throws IOException {
    float[] values = new float[Math.toIntExact(blocks.count())];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment raw = arena.allocate((long) values.length * scaleType.bytes());
      scales.read(0, raw);
      if (scaleType == DType.F8_E8M0) {
        for (int i = 0; i < values.length; i++) {
          values[i] = powerOfTwo(raw.get(BYTE, i) & 0xff);
        }
      } else {
        Widening.toFloat(scaleType, raw, MemorySegment.ofArray(values), values.length);
      }
    }
    return values;
  }

  /// An exponent of bias 127; the last is NaN.
  private static float powerOfTwo(int exponent) {
    return exponent == 0xff ? Float.NaN : Math.scalb(1f, exponent - 127);
  }
}
