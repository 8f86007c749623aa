package dev.halcyon.transformer.internal.run;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.TensorSpec;
import dev.halcyon.transformer.UnsupportedModelException;
import dev.halcyon.transformer.WeightSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/// Reads runs of a tensor's elements as float32, whatever type they are stored in.
///
/// Used by one thread at a time.
final class WeightReader {
  /// A chunk and its float32 form stay in the second-level cache.
  private static final int CHUNK = 128 << 10;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final WeightSource source;
  private final Map<String, TensorSpec> tensors = new HashMap<>();
  private final MemorySegment chunk = Arena.ofAuto().allocate(CHUNK, HostMemory.ALIGNMENT);

  WeightReader(WeightSource source) {
    this.source = source;
    source.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
  }

  /// Fills `target` with the elements from `first` on.
  ///
  /// @param target float32
  void read(String tensor, long first, MemorySegment target) throws IOException {
    DType type = tensors.get(tensor).dtype();
    TensorBytes bytes = source.bytes(tensor);
    if (type == DType.F32) {
      bytes.read(first * Float.BYTES, target);
      return;
    }
    long count = target.byteSize() / Float.BYTES;
    long step = CHUNK / type.bytes();
    for (long done = 0; done < count; done += step) {
      long elements = Math.min(step, count - done);
      bytes.read((first + done) * type.bytes(), chunk.asSlice(0, elements * type.bytes()));
      widen(tensor, type, target.asSlice(done * Float.BYTES, elements * Float.BYTES));
    }
  }

  private void widen(String tensor, DType type, MemorySegment target) {
    int count = Math.toIntExact(target.byteSize() / Float.BYTES);
    switch (type) {
      case BF16 -> widenBfloat16(chunk, target, count);
      case F16 -> widenFloat16(chunk, target, count);
      case F64 -> narrowFloat64(chunk, target, count);
      default ->
          throw new UnsupportedModelException(
              source.name(), "tensor " + tensor + " is " + type + ", which is not read");
    }
  }

  private static void widenBfloat16(MemorySegment from, MemorySegment to, int count) {
    for (int i = 0; i < count; i++) {
      to.setAtIndex(ValueLayout.JAVA_INT, i, from.get(SHORT, 2L * i) << 16);
    }
  }

  private static void widenFloat16(MemorySegment from, MemorySegment to, int count) {
    for (int i = 0; i < count; i++) {
      to.setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.float16ToFloat(from.get(SHORT, 2L * i)));
    }
  }

  private static void narrowFloat64(MemorySegment from, MemorySegment to, int count) {
    for (int i = 0; i < count; i++) {
      to.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) from.get(DOUBLE, 8L * i));
    }
  }
}
