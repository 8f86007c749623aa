package dev.halcyon.transformer.internal.torch;

import ai.djl.ndarray.types.DataType;

/// The element types that operations take by number.
public enum ElementType {
  FLOAT16(5),
  FLOAT32(6),
  FLOAT64(7),
  BFLOAT16(15);

  private final int number;

  ElementType(int number) {
    this.number = number;
  }

  /// Its number in TorchScript (`c10::ScalarType`).
  public int number() {
    return number;
  }

  /// Bytes of an element.
  public int bytes() {
    return switch (this) {
      case FLOAT16, BFLOAT16 -> Short.BYTES;
      case FLOAT32 -> Float.BYTES;
      case FLOAT64 -> Double.BYTES;
    };
  }

  /// DJL's name of it; not for bfloat16, of which DJL can make no tensor without ending the JVM.
  DataType dataType() {
    return switch (this) {
      case FLOAT16 -> DataType.FLOAT16;
      case FLOAT32 -> DataType.FLOAT32;
      case FLOAT64 -> DataType.FLOAT64;
      case BFLOAT16 -> throw new IllegalArgumentException("cast to bfloat16 instead");
    };
  }
}
