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
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Reads runs of a tensor's elements as float32, whatever type they are stored in, and refuses a
/// tensor with elements that are not finite.
///
/// A run is asked for at once, so that a store that is far away can bring it by parallel ranges.
/// Elements of two bytes are read into the second half of the target and widened from its front on:
/// what is written never passes what is still to be read.
///
/// Used by one thread at a time.
final class WeightReader {
  /// Elements that are widened at once.
  private static final int STEP = 64 << 10;

  /// Elements of eight bytes that are read at once.
  private static final int DOUBLES = 1 << 20;

  /// Elements that are checked at once where nothing else is done with them.
  private static final int CHECKED = 4 << 20;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final WeightSource source;
  private final Map<String, TensorSpec> tensors = new HashMap<>();
  private final Set<Run> finite = new HashSet<>();

  /// Elements that were found to be finite, so that they are looked at once.
  private record Run(String tensor, long first, long bytes) {}

  WeightReader(WeightSource source) {
    this.source = source;
    source.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
  }

  /// Fills `target` with the elements from `first` on.
  ///
  /// @param target float32
  /// @throws UnsupportedModelException where one of them is not finite
  void read(String tensor, long first, MemorySegment target) throws IOException {
    fill(tensor, first, target);
    if (!finite.contains(new Run(tensor, first, target.byteSize()))) {
      if (!FiniteFloats.areAll(target)) {
        throw notFinite(tensor);
      }
      finite.add(new Run(tensor, first, target.byteSize()));
    }
  }

  /// Reads a whole tensor of which a run may need only a part.
  ///
  /// @throws UnsupportedModelException where an element is not finite
  void requireFinite(String tensor) throws IOException {
    if (nonFinite(tensor) > 0) {
      throw notFinite(tensor);
    }
  }

  private UnsupportedModelException notFinite(String tensor) throws IOException {
    long count = nonFinite(tensor);
    return new UnsupportedModelException(
        source.name(),
        "tensor %s holds %d %s not finite (NaN or infinite, in float32): the model cannot be computed"
            .formatted(tensor, count, count == 1 ? "element that is" : "elements that are"));
  }

  private long nonFinite(String tensor) throws IOException {
    long elements = tensors.get(tensor).shape().elements();
    long count = 0;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment chunk =
          arena.allocate(Math.min(CHECKED, elements) * Float.BYTES, HostMemory.ALIGNMENT);
      for (long done = 0; done < elements; done += CHECKED) {
        MemorySegment floats = chunk.asSlice(0, Math.min(CHECKED, elements - done) * Float.BYTES);
        fill(tensor, done, floats);
        count += FiniteFloats.areAll(floats) ? 0 : FiniteFloats.countOthers(floats);
      }
    }
    return count;
  }

  private void fill(String tensor, long first, MemorySegment target) throws IOException {
    DType type = tensors.get(tensor).dtype();
    TensorBytes bytes = source.bytes(tensor);
    switch (type) {
      case F32 -> bytes.read(first * Float.BYTES, target);
      case BF16, F16 -> {
        MemorySegment half = target.asSlice(target.byteSize() / 2);
        bytes.read(first * Short.BYTES, half);
        widen(type, half, target);
      }
      case F64 -> narrow(bytes, first, target);
      default ->
          throw new UnsupportedModelException(
              source.name(), "tensor " + tensor + " is " + type + ", which is not read");
    }
  }

  private static void widen(DType type, MemorySegment from, MemorySegment to) {
    long count = to.byteSize() / Float.BYTES;
    for (long done = 0; done < count; done += STEP) {
      int elements = (int) Math.min(STEP, count - done);
      MemorySegment shorts = from.asSlice(done * Short.BYTES);
      MemorySegment floats = to.asSlice(done * Float.BYTES);
      if (type == DType.BF16) {
        widenBfloat16(shorts, floats, elements);
      } else {
        widenFloat16(shorts, floats, elements);
      }
    }
  }

  private static void narrow(TensorBytes bytes, long first, MemorySegment target)
      throws IOException {
    long count = target.byteSize() / Float.BYTES;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment chunk =
          arena.allocate(Math.min(DOUBLES, count) * Double.BYTES, HostMemory.ALIGNMENT);
      for (long done = 0; done < count; done += DOUBLES) {
        int elements = (int) Math.min(DOUBLES, count - done);
        bytes.read((first + done) * Double.BYTES, chunk.asSlice(0, (long) elements * Double.BYTES));
        narrowFloat64(chunk, target.asSlice(done * Float.BYTES), elements);
      }
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
