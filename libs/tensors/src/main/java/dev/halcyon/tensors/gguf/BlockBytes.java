package dev.halcyon.tensors.gguf;

import static java.util.Objects.requireNonNull;

import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/// A matrix of float32 elements, or a vector as its only row, each computed when it is read from
/// the blocks that a GGUF file stores.
///
/// llama.cpp stores the rows of query and key projections of some models in another order: within a
/// head, row i of the first half and row i of the second are neighbours. They are read in the order
/// of the checkpoint. Safe for use by many threads where the stored bytes are.
public final class BlockBytes implements TensorBytes {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final GgufType type;
  private final TensorBytes blocks;
  private final long rows;
  private final int columns;
  private final long headRows;
  private final float added;

  /// A view; nothing is read yet.
  ///
  /// @param blocks row by row
  /// @param columns a multiple of the elements of a block
  /// @param heads whose rows are interleaved; 0 where none are
  /// @param added to each element
  /// @throws IllegalArgumentException where blocks, rows, columns and heads do not fit each other
  public BlockBytes(
      GgufType type, TensorBytes blocks, long rows, long columns, long heads, float added) {
    this.type = requireNonNull(type, "type is null");
    this.blocks = requireNonNull(blocks, "blocks is null");
    this.rows = rows;
    this.columns = Math.toIntExact(columns);
    this.headRows = heads == 0 ? 0 : rows / heads;
    this.added = added;
    if (columns % type.elements() != 0
        || blocks.size() != Math.multiplyExact(rows, type.rowBytes(columns))
        || heads < 0
        || (heads != 0 && rows % (2 * heads) != 0)) {
      throw new IllegalArgumentException(
          "%d bytes of %s are no %dx%d of %d heads"
              .formatted(blocks.size(), type, rows, columns, heads));
    }
  }

  @Override
  public long size() {
    return rows * columns * Float.BYTES;
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
    long element = offset / Float.BYTES;
    long count = target.byteSize() / Float.BYTES;
    for (long done = 0; done < count; ) {
      long row = (element + done) / columns;
      int first = (int) ((element + done) % columns);
      int length = (int) Math.min(columns - first, count - done);
      readRow(row, first, length, target.asSlice(done * Float.BYTES, length * (long) Float.BYTES));
      done += length;
    }
  }

  /// Some elements of one row, by the blocks that they lie in.
  private void readRow(long row, int first, int length, MemorySegment target) throws IOException {
    int firstBlock = first / type.elements();
    int count = Math.ceilDiv(first + length, type.elements()) - firstBlock;
    byte[] raw = new byte[count * type.bytes()];
    blocks.read(
        stored(row) * type.rowBytes(columns) + (long) firstBlock * type.bytes(),
        MemorySegment.ofArray(raw));
    float[] elements = new float[count * type.elements()];
    for (int block = 0; block < count; block++) {
      type.decode(raw, block * type.bytes(), elements, block * type.elements());
    }
    int skipped = first - firstBlock * type.elements();
    for (int i = 0; i < length; i++) {
      target.set(
          FLOAT,
          i * (long) Float.BYTES,
          added == 0 ? elements[skipped + i] : elements[skipped + i] + added);
    }
  }

  /// Where the file has a row of the checkpoint.
  private long stored(long row) {
    if (headRows == 0) {
      return row;
    }
    long within = row % headRows;
    long half = headRows / 2;
    return row - within + within % half * 2 + within / half;
  }
}
