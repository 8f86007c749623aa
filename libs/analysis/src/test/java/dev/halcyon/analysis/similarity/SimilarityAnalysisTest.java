package dev.halcyon.analysis.similarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.contracts.SimilarityResult;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.MemoryTensorBytes;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimilarityAnalysisTest {
  private final SimilarityAnalysis analysis = new SimilarityAnalysis(2);

  @Test
  void comparesEachPairColumnByColumn() throws IOException {
    SimilarityResult result =
        analysis.compare(List.of(tensor("base", 1, 0, 0, 1), tensor("ft1", 1, 1, 0, 1)), 2);

    assertThat(result.pairs()).hasSize(1);
    assertThat(result.pairs().getFirst().pair()).isEqualTo("base_vs_ft1");
    assertThat(result.pairs().getFirst().cosine())
        .isCloseTo((1 + Math.sqrt(0.5)) / 2, within(1e-7));
    assertThat(result.changes().getFirst().identical()).isEqualTo(0.75);
  }

  private static ModelTensor tensor(String model, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new ModelTensor(
        model,
        DType.F32,
        Shape.of(2, values.length / 2),
        new MemoryTensorBytes(MemorySegment.ofBuffer(bytes)));
  }
}
