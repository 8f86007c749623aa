package dev.halcyon.tensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SafetensorsHeaderTest {
  private static final String SOURCE = "org/model@sha model.safetensors";

  @Test
  void listsTensorsInTheOrderOfTheirBytes() {
    String json =
        "{" + tensor("b", "BF16", "[2,1]", "[3,7]") + "," + tensor("a", "[3]", "[0,3]") + "}";
    SafetensorsHeader header = parse(json, 7);
    assertThat(header.entries())
        .containsExactly(
            Map.entry("a", new SafetensorsHeader.Entry(DType.U8, Shape.of(3), 0, 3)),
            Map.entry("b", new SafetensorsHeader.Entry(DType.BF16, Shape.of(2, 1), 3, 7)));
    assertThat(header.offset(header.entries().get("b"))).isEqualTo(8 + json.length() + 3);
  }

  @Test
  void holesOverlapsAndEndsNameTensorAndOffset() {
    // 8 bytes of length and 53 of JSON, so the data begins at 61.
    assertThat(problem("{" + tensor("x", "[4]", "[1,5]") + "}", 5))
        .isEqualTo("tensor x at offset 62: leaves a hole of 1 bytes after the header");
    assertThat(problem("{" + tensor("x", "[4]", "[0,4]") + "}", 3))
        .isEqualTo(
            "tensor x at offset 61: ends 1 bytes past the end of the file of 64 bytes: truncated");
    assertThat(problem("{" + tensor("x", "[4]", "[0,4]") + "}", 6))
        .isEqualTo("2 bytes at offset 65 after the last tensor belong to none");
    assertThat(
            problem("{" + tensor("x", "[4]", "[0,4]") + "," + tensor("y", "[2]", "[3,5]") + "}", 5))
        .isEqualTo("tensor y at offset 116: overlaps 1 bytes of tensor x");
    assertThat(problem("{" + tensor("x", "[4]", "[0,5]") + "}", 5))
        .isEqualTo("tensor x at offset 61: has 5 bytes, but U8 4 takes 4");
  }

  @Test
  void numbersThatAreNoSizesAreNamed() {
    assertThat(problem("{" + tensor("x", "[-4]", "[0,4]") + "}", 4))
        .isEqualTo(
            "tensor x: shape holds -4, not a whole number from 0 up (character 28 of the header)");
    assertThat(problem("{" + tensor("x", "[4.0]", "[0,4]") + "}", 4))
        .isEqualTo(
            "tensor x: shape holds 4.0, not a whole number from 0 up (character 28 of the header)");
    assertThat(problem("{" + tensor("x", "[99999999999999999999]", "[0,4]") + "}", 4))
        .isEqualTo(
            "tensor x: shape holds 99999999999999999999, more than 64 bits take (character 28 of"
                + " the header)");
    assertThat(problem("{" + tensor("x", "[4]", "[4,0]") + "}", 4))
        .isEqualTo(
            "tensor x: data_offsets end at 0, before they begin at 4 (character 51 of the header)");
    assertThat(problem("{" + tensor("x", "[4294967296,4294967296]", "[0,4]") + "}", 4))
        .isEqualTo(
            "tensor x: shape [4294967296, 4294967296] has more elements than a long holds"
                + " (character 49 of the header)");
    assertThat(problem("{" + tensor("x", "[1152921504606846976]", "[0,4]") + "}", 4))
        .isEqualTo(
            "tensor x: U8 1152921504606846976 takes more bits than a long holds (character 69 of"
                + " the header)");
    assertThat(problem("{" + tensor("x", "F4", "[3]", "[0,2]") + "}", 2))
        .isEqualTo("tensor x: F4 3 takes 12 bits, not whole bytes (character 51 of the header)");
  }

  @Test
  void fieldsOfATensorAreTheFormatsAndNoOthers() {
    assertThat(problem("{\"x\":{\"dtype\":\"U8\",\"shape\":[0]}}", 0))
        .isEqualTo("tensor x: lacks data_offsets (character 30 of the header)");
    assertThat(problem("{\"x\":{\"scale\":2}}", 0))
        .isEqualTo(
            "tensor x: field scale is none of the format's and might change what the bytes mean"
                + " (character 14 of the header)");
    assertThat(problem("{" + tensor("x", "Q8", "[4]", "[0,4]") + "}", 4))
        .isEqualTo("tensor x: dtype Q8 is unknown (character 14 of the header)");
  }

  @Test
  void jsonErrorsSayWhere() {
    assertThat(problem("{\"x\":{]", 0)).startsWith("header is not valid JSON at character 6: ");
    assertThat(problem(" {}", 0)).isEqualTo("header does not begin with {");
    assertThat(problem("{\"x\":" + "9".repeat(101) + "}", 0))
        .startsWith("header is beyond what is read at character ");
  }

  @Test
  void aTensorNamedTwiceIsRefusedByName() {
    String tensor = tensor("lm_head.weight", "[0]", "[0,0]");
    assertThat(problem("{" + tensor + "," + tensor + "}", 0)).contains("'lm_head.weight'");
  }

  @Test
  void hostileNamesCannotReachATerminal() {
    assertThat(problem("{" + tensor("\\u001b[2Ja\\u0000", "[4]", "[0,4]") + "}", 4))
        .isEqualTo(
            "tensor \\u001b[2Ja\\u0000: the name holds control or formatting characters, or half a"
                + " surrogate pair");
    assertThat(problem("{" + tensor("a".repeat(1000), "[-4]", "[0,4]") + "}", 4))
        .startsWith("tensor " + "a".repeat(200) + "…: shape");
    assertThat(problem("{" + tensor("a".repeat(1001), "[4]", "[0,4]") + "}", 4))
        .isEqualTo("tensor " + "a".repeat(200) + "…: the name has 1001 characters");
  }

  @Test
  void lengthIsCheckedBeforeTheHeaderIsThere() {
    assertThat(SafetensorsHeader.headerLength(SOURCE, prefix(92), 100)).isEqualTo(92);
    assertThatThrownBy(() -> SafetensorsHeader.headerLength(SOURCE, prefix(93), 100))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("ends past the end of the file of 100 bytes");
    assertThat(SafetensorsHeader.headerLength(SOURCE, prefix(100_000_000), Long.MAX_VALUE))
        .isEqualTo(100_000_000);
    assertThatThrownBy(
            () -> SafetensorsHeader.headerLength(SOURCE, prefix(100_000_001), Long.MAX_VALUE))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("header of 100000001 bytes at offset 0, at most 100000000");
    assertThatThrownBy(() -> SafetensorsHeader.headerLength(SOURCE, prefix(-1), Long.MAX_VALUE))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("header of 18446744073709551615 bytes");
  }

  @Test
  void aGitLfsPointerIsCalledOne() {
    byte[] prefix = "version ".getBytes(UTF_8);
    assertThatThrownBy(() -> SafetensorsHeader.headerLength(SOURCE, prefix, 134))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessage(
            "["
                + SOURCE
                + "] is a Git LFS pointer, not the file itself: fetch it with `git lfs pull`");
  }

  private static byte[] prefix(long length) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }

  private static String tensor(String name, String shape, String offsets) {
    return tensor(name, "U8", shape, offsets);
  }

  private static String tensor(String name, String dtype, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, dtype, shape, offsets);
  }

  private static String problem(String json, int data) {
    var thrown = catchThrowableOfType(InvalidCheckpointException.class, () -> parse(json, data));
    assertThat(thrown)
        .as("refusal of %s", json.substring(0, Math.min(100, json.length())))
        .isNotNull();
    assertThat(thrown).hasMessageStartingWith("[" + SOURCE + "] ");
    return thrown.getMessage().substring(SOURCE.length() + 3);
  }

  private static SafetensorsHeader parse(String json, int data) {
    byte[] bytes = json.getBytes(UTF_8);
    return SafetensorsHeader.parse(SOURCE, bytes, 8L + bytes.length + data);
  }
}
