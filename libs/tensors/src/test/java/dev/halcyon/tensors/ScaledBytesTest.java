package dev.halcyon.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaledBytesTest {
  /// In E4M3: 1, 2, 3, -1.
  private static final byte[] CODES = {0x38, 0x40, 0x44, (byte) 0xb8};

  private static TensorBytes codes(Shape shape) {
    byte[] codes = new byte[(int) shape.elements()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = CODES[i % CODES.length];
    }
    return new MemoryTensorBytes(MemorySegment.ofArray(codes));
  }

  private static TensorBytes floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new MemoryTensorBytes(MemorySegment.ofArray(bytes.array()));
  }

  private static ScaledBytes scaled(Shape shape, List<Long> block, float... scales) {
    return new ScaledBytes(
        DType.F8_E4M3, codes(shape), DType.F32, floats(scales), new ScaleBlocks(shape, block));
  }

  private static float[] read(TensorBytes bytes, int from, int count) throws IOException {
    float[] values = new float[count];
    bytes.read(4L * from, MemorySegment.ofArray(values));
    return values;
  }

  @Test
  void eachBlockIsMultipliedByItsScaleTheLastOnesBeingCutShort() throws IOException {
    ScaledBytes values = scaled(Shape.of(3, 4), List.of(2L, 3L), 10, 100, 1000, 10_000);

    assertThat(values.size()).isEqualTo(48);
    assertThat(read(values, 0, 12))
        .containsExactly(10, 20, 30, -100, 10, 20, 30, -100, 1000, 2000, 3000, -10_000);
  }

  @Test
  void aReadMayBeginAndEndWithinABlock() throws IOException {
    ScaledBytes values = scaled(Shape.of(3, 4), List.of(2L, 3L), 10, 100, 1000, 10_000);

    assertThat(read(values, 6, 5)).containsExactly(30, -100, 1000, 2000, 3000);
    assertThat(read(values, 11, 1)).containsExactly(-10_000);
    assertThat(read(values, 12, 0)).isEmpty();
  }

  @Test
  void matricesOfAStackHaveScalesOfTheirOwn() throws IOException {
    ScaledBytes values = scaled(Shape.of(2, 3, 2), List.of(1L, 2L, 2L), 1, 10, 100, 1000);

    assertThat(read(values, 0, 12))
        .containsExactly(1, 2, 3, -1, 10, 20, 300, -100, 100, 200, 3000, -1000);
  }

  @Test
  void scalesMayBePowersOfTwo() throws IOException {
    byte[] exponents = {127, (byte) 130, 0, (byte) 0xff};
    ScaledBytes values =
        new ScaledBytes(
            DType.F8_E4M3,
            codes(Shape.of(1, 4)),
            DType.F8_E8M0,
            new MemoryTensorBytes(MemorySegment.ofArray(exponents)),
            new ScaleBlocks(Shape.of(1, 4), List.of(1L, 1L)));

    assertThat(read(values, 0, 4)).containsExactly(1, 16, 3 * 0x1p-127f, Float.NaN);
  }

  @Test
  void nativeMemoryThatIsNotAlignedIsFilledToo() throws IOException {
    byte[] target = new byte[17];

    scaled(Shape.of(2, 2), List.of(2L, 2L), 2).read(0, MemorySegment.ofArray(target).asSlice(1));

    assertThat(
            MemorySegment.ofArray(target)
                .get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 9))
        .isEqualTo(6);
  }

  @Test
  void whatIsNoWholeElementIsRefused() {
    ScaledBytes values = scaled(Shape.of(2, 2), List.of(2L, 2L), 2);

    assertThatThrownBy(() -> values.read(2, MemorySegment.ofArray(new byte[4])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> values.read(12, MemorySegment.ofArray(new byte[8])))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void tooFewScalesAreRefused() {
    assertThatThrownBy(() -> scaled(Shape.of(3, 4), List.of(2L, 3L), 1, 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too few");
  }

  /// Shape, shape of the scales, what a config says, and the block: 128 where nothing says it.
  @ParameterizedTest
  @CsvSource({
    "192x256, 2x2, 128x128, 128x128",
    "192x256, 2x2, '', 128x128",
    "192x256, 3x8, 64x32, 64x32",
    "192x256, 3x8, '', 64x32",
    "192x256, 192x1, 128x128, 1x256",
    "192x256, 192, '', 1x256",
    "192x256, 1, '', 192x256",
    "192x256, scalar, 128x128, 192x256",
    "192x256, 1x1, '', 192x256",
    "192x256, 192x8, '', 1x32",
    "100x256, 1x2, '', 100x128",
    "8x192x256, 8x2x2, 128x128, 1x128x128",
    "8x192x256, 8x1x1, '', 1x192x256",
    "8x192x256, 8, '', 1x192x256",
    "8x192x256, 8x192x1, '', 1x1x256",
    "192x256, 5x2, '', ''",
    "192x256, 193x1, '', ''",
    "192x256, 1x2x2, '', ''",
    "0x256, 0x1, '', ''"
  })
  void blocksFollowFromTheShapes(String shape, String scales, String said, String block) {
    Optional<ScaleBlocks> found =
        ScaleBlocks.of(shape(shape), shape(scales), shape(said).dimensions());

    assertThat(found.map(blocks -> new Shape(blocks.block()).toString()).orElse(""))
        .isEqualTo(block);
  }

  private static Shape shape(String text) {
    return text.isEmpty() || text.equals("scalar")
        ? Shape.of()
        : new Shape(List.of(text.split("x", -1)).stream().map(Long::valueOf).toList());
  }
}
