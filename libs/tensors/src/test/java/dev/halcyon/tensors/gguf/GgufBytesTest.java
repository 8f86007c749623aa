package dev.halcyon.tensors.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Files put together in memory, against the same file of llama.cpp's own package.
class GgufBytesTest {
  @Test
  void theFileIsThatOfLlamaCppsPackageByteForByte() throws IOException {
    GgufBytes file = new GgufBytes();
    file.string("general.architecture", "none");
    file.string("general.type", "imatrix");
    file.strings("imatrix.datasets", List.of("tëxt", "b"));
    file.uint32("imatrix.chunk_count", 7);
    file.tensor("blk.0.attn_q.weight.in_sum2", new float[] {1.5f, -2.25f, 3e-7f}, 3, 1);
    file.tensor("blk.0.attn_q.weight.counts", new float[] {1}, 1, 1);

    assertThat(file.bytes()).isEqualTo(golden());
  }

  @Test
  void aMatrixHasAllItsValues() {
    assertThatThrownBy(() -> new GgufBytes().tensor("x", new float[3], 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 values for 2x2 of x");
  }

  private static byte[] golden() throws IOException {
    try (InputStream file = GgufBytesTest.class.getResourceAsStream("written.gguf")) {
      return file.readAllBytes();
    }
  }
}
