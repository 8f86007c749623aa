package dev.halcyon.tensors.gguf;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The supported element types. Elements are stored in blocks; a row has a whole number of blocks,
/// and the elements of a block share scales.
public enum GgufType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  BF16(30, 1, 2);

  private final int number;
  private final int elements;
  private final int bytes;

  GgufType(int number, int elements, int bytes) {
    this.number = number;
    this.elements = elements;
    this.bytes = bytes;
  }

  /// The type that a file calls by that number; empty where it is not read.
  static Optional<GgufType> of(int number) {
    return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
  }

  /// The names of all types.
  static String names() {
    return List.of(values()).stream().map(GgufType::name).collect(Collectors.joining(", "));
  }

  /// Elements of a block.
  int elements() {
    return elements;
  }

  /// Bytes of a block.
  int bytes() {
    return bytes;
  }

  /// Bytes of a row.
  ///
  /// @param columns a multiple of a block's elements
  public long rowBytes(long columns) {
    return Math.multiplyExact(columns / elements, (long) bytes);
  }

  /// Makes the elements of a block.
  ///
  /// @param block whose bytes begin at `at`
  /// @param elements that are filled from `to` on
  void decode(byte[] block, int at, float[] elements, int to) {
    switch (this) {
      case F32 -> BlockDecoders.f32(block, at, elements, to);
      case F16 -> BlockDecoders.f16(block, at, elements, to);
      case BF16 -> BlockDecoders.bf16(block, at, elements, to);
      case Q4_0 -> BlockDecoders.q4Type0(block, at, elements, to);
      case Q4_1 -> BlockDecoders.q4Type1(block, at, elements, to);
      case Q5_0 -> BlockDecoders.q5Type0(block, at, elements, to);
      case Q5_1 -> BlockDecoders.q5Type1(block, at, elements, to);
      case Q8_0 -> BlockDecoders.q8(block, at, elements, to);
      case Q4_K -> BlockDecoders.q4K(block, at, elements, to);
      case Q5_K -> BlockDecoders.q5K(block, at, elements, to);
      case Q6_K -> BlockDecoders.q6K(block, at, elements, to);
    }
  }
}
