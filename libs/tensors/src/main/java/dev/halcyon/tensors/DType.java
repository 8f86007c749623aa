package dev.halcyon.tensors;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An element type of the safetensors format (version 0.8), little-endian throughout.
///
/// Types of fewer than eight bits are packed: a tensor of them is valid where its elements fill
/// whole bytes.
public enum DType {
  BOOL(8, false),
  F4(4, false),
  F6_E2M3(6, false),
  F6_E3M2(6, false),
  U8(8, false),
  I8(8, false),
  F8_E5M2(8, true),
  F8_E4M3(8, true),
  F8_E8M0(8, false),
  F8_E4M3FNUZ(8, false),
  F8_E5M2FNUZ(8, false),
  I16(16, false),
  U16(16, false),
  F16(16, true),
  BF16(16, true),
  I32(32, false),
  U32(32, false),
  F32(32, true),
  C64(64, false),
  F64(64, true),
  I64(64, false),
  U64(64, false);

  private static final Map<String, DType> BY_NAME =
      Stream.of(values()).collect(Collectors.toUnmodifiableMap(DType::name, type -> type));

  private final int bits;
  private final boolean computable;

  DType(int bits, boolean computable) {
    this.bits = bits;
    this.computable = computable;
  }

  /// The type with a name as in a safetensors header; empty if the format does not define it.
  public static Optional<DType> of(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /// Bits an element takes.
  public int bits() {
    return bits;
  }

  /// Whether kernels support it; tensors of other types are skipped with a reason.
  public boolean computable() {
    return computable;
  }

  /// Bytes an element takes.
  ///
  /// @throws IllegalStateException for a type of fewer than eight bits
  public int bytes() {
    if (bits < 8) {
      throw new IllegalStateException(
          this + " packs " + bits + " bits an element, not whole bytes");
    }
    return bits / 8;
  }

  /// Bytes a tensor of that shape takes.
  ///
  /// @throws IllegalArgumentException where its bits are more than a `long` counts, or its elements
  ///   do not fill whole bytes
  public long bytes(Shape shape) {
    long elements = shape.elements();
    if (elements > Long.MAX_VALUE / bits) {
      throw new IllegalArgumentException(this + " " + shape + " takes more bits than a long holds");
    }
    if (elements * bits % 8 != 0) {
      throw new IllegalArgumentException(
          this + " " + shape + " takes " + elements * bits + " bits, not whole bytes");
    }
    return elements * bits / 8;
  }
}
