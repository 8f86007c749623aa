package dev.halcyon.analysis.fisher.diagonal;

import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The `data.pkl` of a torch archive that holds a dictionary from names to float32 tensors, as a
/// pickle of protocol 2 (PEP 307; opcodes as listed in Python's `pickletools`).
///
/// Each tensor is `torch._utils._rebuild_tensor_v2(storage, 0, size, stride, False,
/// OrderedDict())`, its storage a persistent id `('storage', torch.FloatStorage, key, 'cpu',
/// elements)`, where `key` names the archive's entry `data/<key>`. These few globals are among
/// those that `weights_only` admits.
final class TorchPickle {
  private static final int PROTOCOL = 0x80;
  private static final int LONG = 0x8a;
  private static final int FALSE = 0x89;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private TorchPickle() {}

  /// The pickle of these tensors; the i-th one's storage has the key `i`.
  static byte[] of(List<TensorSpec> tensors) {
    TorchPickle pickle = new TorchPickle();
    pickle.op(PROTOCOL).op(2).op('}').op('(');
    for (int i = 0; i < tensors.size(); i++) {
      pickle.text(tensors.get(i).name());
      pickle.tensor(tensors.get(i).shape(), Integer.toString(i));
    }
    return pickle.op('u').op('.').out.toByteArray();
  }

  /// Row-major strides, in elements; an empty dimension counts as one, as torch does it.
  static List<Long> strides(Shape shape) {
    Long[] strides = new Long[shape.rank()];
    long stride = 1;
    for (int i = shape.rank() - 1; i >= 0; i--) {
      strides[i] = stride;
      stride = Math.multiplyExact(stride, Math.max(1, shape.dimensions().get(i)));
    }
    return List.of(strides);
  }

  private void tensor(Shape shape, String key) {
    global("torch._utils", "_rebuild_tensor_v2");
    op('(');
    storage(key, shape.elements());
    integer(0);
    tuple(shape.dimensions());
    tuple(strides(shape));
    op(FALSE);
    global("collections", "OrderedDict");
    op(')').op('R');
    op('t').op('R');
  }

  private void storage(String key, long elements) {
    op('(');
    text("storage");
    global("torch", "FloatStorage");
    text(key);
    text("cpu");
    integer(elements);
    op('t').op('Q');
  }

  private void tuple(List<Long> numbers) {
    op('(');
    numbers.forEach(this::integer);
    op('t');
  }

  private void integer(long value) {
    if (value == (int) value) {
      op('J').bytes(littleEndian((int) value));
    } else {
      bytesOf(BigInteger.valueOf(value));
    }
  }

  private void bytesOf(BigInteger value) {
    byte[] bigEndian = value.toByteArray();
    op(LONG).op(bigEndian.length);
    for (int i = bigEndian.length - 1; i >= 0; i--) {
      op(bigEndian[i]);
    }
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    op('X').bytes(littleEndian(utf8.length)).bytes(utf8);
  }

  private void global(String module, String name) {
    op('c').bytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private TorchPickle op(int opcode) {
    out.write(opcode);
    return this;
  }

  private TorchPickle bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  private static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
