package dev.halcyon.tensors.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.tensors.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class WideningTest {
  private static final Path REFERENCE = Path.of("../../docs/reference/similarity-files.md");

  /// The sentence that lists the types.
  private static final Pattern SUPPORTED =
      Pattern.compile("((?:[A-Z0-9_]+,\\s+)+[A-Z0-9_]+\\s+and\\s+[A-Z0-9_]+)\\s+are supported");

  static List<DType> computable() {
    return Stream.of(DType.values()).filter(DType::computable).toList();
  }

  @Test
  void theTypesThatAreComputedOnAreThoseTheReferenceNames() throws IOException {
    Matcher named = SUPPORTED.matcher(Files.readString(REFERENCE));

    assertThat(named.find()).isTrue();
    assertThat(named.group(1).split(",\\s+|\\s+and\\s+", -1))
        .containsExactlyInAnyOrderElementsOf(computable().stream().map(DType::name).toList());
  }

  @ParameterizedTest
  @MethodSource("computable")
  void everyComputableTypeWidensBothWaysAlike(DType type) {
    byte[] raw = new byte[256 * type.bytes()];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) (i * 37 + i / 256);
    }
    double[] wide = toDouble(type, raw);

    assertThat(Widening.fitsFloat(type)).isEqualTo(type != DType.F64);
    if (Widening.fitsFloat(type)) {
      float[] narrow = toFloat(type, raw);
      for (int i = 0; i < wide.length; i++) {
        assertThat((double) narrow[i]).isEqualTo(Double.valueOf(wide[i]));
      }
    }
  }

  /// Table 1 of Micikevicius et al. 2022, "FP8 formats for deep learning".
  @ParameterizedTest
  @CsvSource({
    "F8_E4M3, 0x00, 0.0",
    "F8_E4M3, 0x80, -0.0",
    "F8_E4M3, 0x01, 0.001953125",
    "F8_E4M3, 0x07, 0.013671875",
    "F8_E4M3, 0x08, 0.015625",
    "F8_E4M3, 0x38, 1.0",
    "F8_E4M3, 0xb9, -1.125",
    "F8_E4M3, 0x78, 256.0",
    "F8_E4M3, 0x7e, 448.0",
    "F8_E4M3, 0xfe, -448.0",
    "F8_E4M3, 0x7f, NaN",
    "F8_E4M3, 0xff, NaN",
    "F8_E5M2, 0x00, 0.0",
    "F8_E5M2, 0x01, 0.0000152587890625",
    "F8_E5M2, 0x03, 0.0000457763671875",
    "F8_E5M2, 0x04, 0.00006103515625",
    "F8_E5M2, 0x3c, 1.0",
    "F8_E5M2, 0x7b, 57344.0",
    "F8_E5M2, 0xfb, -57344.0",
    "F8_E5M2, 0x7c, Infinity",
    "F8_E5M2, 0xfc, -Infinity",
    "F8_E5M2, 0x7d, NaN",
    "F8_E5M2, 0xff, NaN",
  })
  void eightBitsMeanWhatTheFormatSays(DType type, String bits, double value) {
    byte[] raw = {Integer.decode(bits).byteValue()};

    assertThat(toDouble(type, raw)[0]).isEqualTo(Double.valueOf(value));
    assertThat((double) toFloat(type, raw)[0]).isEqualTo(Double.valueOf(value));
  }

  /// Beyond float32: a float64 that has no float32, a denormal of each type.
  @ParameterizedTest
  @CsvSource({
    "F64, 0x3ff0000000000001, 0x1.0000000000001p0",
    "F32, 0x00000001, 0x1p-149",
    "BF16, 0x0001, 0x1p-133",
    "BF16, 0x3f81, 1.0078125",
    "F16, 0x0001, 0x1p-24",
    "F16, 0x7bff, 65504.0",
  })
  void littleEndianElementsKeepEveryBit(DType type, String bits, String value) {
    long element = Long.decode(bits);
    byte[] raw = new byte[type.bytes()];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) (element >> (8 * i));
    }

    assertThat(toDouble(type, raw)[0]).isEqualTo(Double.valueOf(value));
  }

  @ParameterizedTest
  @EnumSource(names = {"I8", "F4", "F8_E8M0", "C64"})
  void otherTypesAreRefused(DType type) {
    byte[] raw = new byte[8];

    assertThatThrownBy(() -> Widening.toDouble(type, MemorySegment.ofArray(raw), new double[1], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(type.name());
  }

  private static double[] toDouble(DType type, byte[] raw) {
    double[] values = new double[raw.length / type.bytes()];
    Widening.toDouble(type, MemorySegment.ofArray(raw), values, values.length);
    return values;
  }

  private static float[] toFloat(DType type, byte[] raw) {
    int count = raw.length / type.bytes();
    MemorySegment target = MemorySegment.ofArray(new byte[count * Float.BYTES]);
    Widening.toFloat(type, MemorySegment.ofArray(raw), target, count);
    return target.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
  }
}
