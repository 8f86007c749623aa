package dev.halcyon.tensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.InRange;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.code_intelligence.jazzer.mutation.annotation.WithLength;
import dev.halcyon.tensors.SafetensorsHeader.Entry;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as a header: refused as an invalid checkpoint, or read into a header that keeps the
/// rules and survives being written and read again.
final class HeaderFuzzTest {
  private static final int LARGEST_DATA = 256;

  /// The headers of the golden files, damaged and whole, with the data they came with.
  static Stream<Arguments> headersOfTheGoldenFiles() {
    return Golden.verdicts().stream()
        .map(verdict -> verdict.file().array())
        .filter(HeaderFuzzTest::holdsItsHeader)
        .map(HeaderFuzzTest::headerAndDataSize);
  }

  @MethodSource("headersOfTheGoldenFiles")
  @DictionaryFile(resourcePath = "fuzz/safetensors.dict")
  @FuzzTest(maxDuration = "4s")
  void isRefusedOrKeepsTheRules(
      byte @NotNull @WithLength(max = 2000) [] json,
      @InRange(min = 0, max = LARGEST_DATA) int data) {
    SafetensorsHeader header;
    try {
      header = SafetensorsHeader.parse("fuzz", json, 8L + json.length + data);
    } catch (InvalidCheckpointException e) {
      assertThat(e).hasMessageStartingWith("[fuzz] ");
      return;
    }
    assertCoversTheDataOnce(header, data);
    assertSurvivesWriting(header, data);
  }

  private static void assertCoversTheDataOnce(SafetensorsHeader header, int data) {
    int[] owners = new int[data];
    for (Map.Entry<String, Entry> tensor : header.entries().entrySet()) {
      Entry entry = tensor.getValue();
      assertThat(tensor.getKey()).isNotEmpty().doesNotContainPattern("\\p{Cntrl}");
      assertThat(BigInteger.valueOf(entry.bytes()).shiftLeft(3)).isEqualTo(bits(entry));
      for (long i = entry.begin(); i < entry.end(); i++) {
        owners[(int) i]++;
      }
    }
    assertThat(owners).containsOnly(data == 0 ? new int[0] : new int[] {1});
  }

  private static BigInteger bits(Entry entry) {
    return entry.shape().dimensions().stream()
        .map(BigInteger::valueOf)
        .reduce(BigInteger.valueOf(entry.dtype().bits()), BigInteger::multiply);
  }

  private static void assertSurvivesWriting(SafetensorsHeader header, int data) {
    byte[] json = HeaderJson.of(header.entries(), header.metadata());
    assertThat(json.length % 8).isZero();
    SafetensorsHeader again = SafetensorsHeader.parse("again", json, 8L + json.length + data);
    assertThat(again.entries()).isEqualTo(header.entries());
    assertThat(again.entries().keySet()).containsExactlyElementsOf(header.entries().keySet());
    assertThat(again.metadata()).isEqualTo(header.metadata());
  }

  private static boolean holdsItsHeader(byte[] file) {
    return file.length >= 8 && length(file) >= 0 && length(file) <= file.length - 8;
  }

  private static Arguments headerAndDataSize(byte[] file) {
    int length = (int) length(file);
    int data = Math.min(LARGEST_DATA, file.length - 8 - length);
    return Arguments.of(Arrays.copyOfRange(file, 8, 8 + length), data);
  }

  private static long length(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
