package dev.halcyon.tensors.gguf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// How the elements of a block are computed, in float32 and in this order of operations, so that
/// they are bit for bit those of llama.cpp's own package `gguf`. Layouts are those of
/// `ggml-quants.h`.
final class BlockDecoders {
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int HALF = 16;
  private static final int SUB_BLOCK = 32;
  private static final int SCALES_AND_MINIMA = 4;
  private static final int HIGH_BITS = 16;

  private BlockDecoders() {}

  static void f32(byte[] block, int at, float[] elements, int to) {
    elements[to] = Float.intBitsToFloat(int32(block, at));
  }

  static void f16(byte[] block, int at, float[] elements, int to) {
    elements[to] = half(block, at);
  }

  static void bf16(byte[] block, int at, float[] elements, int to) {
    elements[to] = Float.intBitsToFloat((short) SHORTS.get(block, at) << Short.SIZE);
  }

  /// `scale` 2 bytes, 16 bytes of two 4-bit codes each: the first half of the elements low.
  static void q4Type0(byte[] block, int at, float[] elements, int to) {
    float scale = half(block, at);
    for (int i = 0; i < HALF; i++) {
      int codes = block[at + 2 + i];
      elements[to + i] = scale * ((codes & 0xf) - 8);
      elements[to + HALF + i] = scale * ((codes >> 4 & 0xf) - 8);
    }
  }

  /// `scale` and `minimum` 2 bytes each, then as [#q4Type0].
  static void q4Type1(byte[] block, int at, float[] elements, int to) {
    float scale = half(block, at);
    float minimum = half(block, at + 2);
    for (int i = 0; i < HALF; i++) {
      int codes = block[at + 4 + i];
      elements[to + i] = scale * (codes & 0xf) + minimum;
      elements[to + HALF + i] = scale * (codes >> 4 & 0xf) + minimum;
    }
  }

  /// `scale` 2 bytes, the fifth bits of all codes 4 bytes, then as [#q4Type0].
  static void q5Type0(byte[] block, int at, float[] elements, int to) {
    float scale = half(block, at);
    int fifth = int32(block, at + 2);
    for (int i = 0; i < HALF; i++) {
      int codes = block[at + 6 + i];
      elements[to + i] = scale * (((codes & 0xf) | ((fifth >>> i) & 1) << 4) - 16);
      elements[to + HALF + i] =
          scale * ((((codes >> 4) & 0xf) | ((fifth >>> (i + HALF)) & 1) << 4) - 16);
    }
  }

  /// `scale` and `minimum` 2 bytes each, then as [#q5Type0].
  static void q5Type1(byte[] block, int at, float[] elements, int to) {
    float scale = half(block, at);
    float minimum = half(block, at + 2);
    int fifth = int32(block, at + 4);
    for (int i = 0; i < HALF; i++) {
      int codes = block[at + 8 + i];
      elements[to + i] = scale * ((codes & 0xf) | ((fifth >>> i) & 1) << 4) + minimum;
      elements[to + HALF + i] =
          scale * (((codes >> 4) & 0xf) | ((fifth >>> (i + HALF)) & 1) << 4) + minimum;
    }
  }

  /// `scale` 2 bytes, 32 signed bytes.
  static void q8(byte[] block, int at, float[] elements, int to) {
    float scale = half(block, at);
    for (int i = 0; i < SUB_BLOCK; i++) {
      elements[to + i] = scale * block[at + 2 + i];
    }
  }

  /// `scale` and `minimum` 2 bytes each, 6-bit scales and minima of 8 sub-blocks 12 bytes, 128
  /// bytes of two 4-bit codes each: of every two sub-blocks the first low.
  static void q4K(byte[] block, int at, float[] elements, int to) {
    int codes = at + SCALES_AND_MINIMA + 12;
    for (int sub = 0; sub < 8; sub++) {
      float scale = half(block, at) * scale(block, at + SCALES_AND_MINIMA, sub);
      float minimum = half(block, at + 2) * minimum(block, at + SCALES_AND_MINIMA, sub);
      for (int i = 0; i < SUB_BLOCK; i++) {
        elements[to + sub * SUB_BLOCK + i] = scale * fourBits(block, codes, sub, i) - minimum;
      }
    }
  }

  /// As [#q4K], with the fifth bits of all codes in 32 bytes before them, a bit for each sub-block.
  static void q5K(byte[] block, int at, float[] elements, int to) {
    int fifth = at + SCALES_AND_MINIMA + 12;
    int codes = fifth + SUB_BLOCK;
    for (int sub = 0; sub < 8; sub++) {
      float scale = half(block, at) * scale(block, at + SCALES_AND_MINIMA, sub);
      float minimum = half(block, at + 2) * minimum(block, at + SCALES_AND_MINIMA, sub);
      for (int i = 0; i < SUB_BLOCK; i++) {
        int code = fourBits(block, codes, sub, i) | (block[fifth + i] >> sub & 1) << 4;
        elements[to + sub * SUB_BLOCK + i] = scale * code - minimum;
      }
    }
  }

  /// Low four bits of all codes 128 bytes, high two 64 bytes, signed scales of 16 elements each 16
  /// bytes, `scale` 2 bytes. Each half of the block has 64 bytes of low and 32 of high bits.
  static void q6K(byte[] block, int at, float[] elements, int to) {
    float scale = half(block, at + 208);
    for (int i = 0; i < 256; i++) {
      int part = i / 128;
      int quarter = i % 128 / SUB_BLOCK;
      int within = i % SUB_BLOCK;
      int low = block[at + part * 64 + quarter % 2 * SUB_BLOCK + within] >> (quarter / 2 * 4) & 0xf;
      int high = block[at + 128 + part * SUB_BLOCK + within] >> (quarter * 2) & 3;
      float own = scale * block[at + 192 + i / HIGH_BITS];
      elements[to + i] = own * ((low | high << 4) - 32);
    }
  }

  private static int fourBits(byte[] block, int codes, int sub, int i) {
    return block[codes + sub / 2 * SUB_BLOCK + i] >> (sub % 2 * 4) & 0xf;
  }

  /// The 6-bit scale of a sub-block: those of the last four have their high bits in the first four
  /// bytes.
  private static int scale(byte[] block, int at, int sub) {
    return sub < 4
        ? block[at + sub] & 0x3f
        : (block[at + 4 + sub] & 0xf) | (block[at + sub - 4] >> 6 & 3) << 4;
  }

  /// The 6-bit minimum of a sub-block, likewise.
  private static int minimum(byte[] block, int at, int sub) {
    return sub < 4
        ? block[at + 4 + sub] & 0x3f
        : (block[at + 4 + sub] >> 4 & 0xf) | (block[at + sub] >> 6 & 3) << 4;
  }

  private static float half(byte[] block, int at) {
    return Float.float16ToFloat((short) SHORTS.get(block, at));
  }

  private static int int32(byte[] block, int at) {
    return (int) INTS.get(block, at);
  }
}
