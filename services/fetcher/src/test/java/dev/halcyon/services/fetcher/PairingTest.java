package dev.halcyon.services.fetcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.Plan.ResolvedModel;
import dev.halcyon.contracts.job.SkipReason;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PairingTest {
  private static final String LINEAR = "model.layers.0.self_attn.q_proj.weight";
  private static final String EMBEDDING = "model.embed_tokens.weight";

  private final List<ModelTensors> models = new ArrayList<>();

  private PairingTest model(String key, String dtype, Long... shape) {
    String name = models.isEmpty() ? "base" : "ft" + models.size();
    Map<String, TensorCopy> tensors = new HashMap<>();
    if (dtype != null) {
      tensors.put(
          key,
          TensorCopy.plain(
              name,
              StoredTensor.whole(
                  key,
                  DType.of(dtype).orElseThrow(),
                  new Shape(List.of(shape)),
                  DType.of(dtype).orElseThrow().bytes(new Shape(List.of(shape))),
                  new InStore("models/" + name, Optional.empty()))));
    }
    models.add(
        new ModelTensors(
            new ResolvedModel(name, "/" + name, "f", 1, 1000, List.of()), tensors, Map.of()));
    return this;
  }

  private static List<String> compared(Pairing pairing) {
    return pairing.planned().stream()
        .flatMap(planned -> planned.copies().stream())
        .map(TensorCopy::model)
        .toList();
  }

  @Test
  void sameShapesAreCompared() {
    model(LINEAR, "BF16", 4L, 3L).model(LINEAR, "F32", 4L, 3L);

    Pairing pairing = Pairing.of(LINEAR, models);

    assertThat(compared(pairing)).containsExactly("base", "ft1");
    assertThat(pairing.skipped()).isEmpty();
  }

  @Test
  void aModelThatLacksItIsNamedAndTheOthersAreCompared() {
    model(LINEAR, null).model(LINEAR, "BF16", 4L, 3L).model(LINEAR, "BF16", 4L, 3L);

    Pairing pairing = Pairing.of(LINEAR, models);

    assertThat(compared(pairing)).containsExactly("ft1", "ft2");
    assertThat(pairing.skipped())
        .singleElement()
        .satisfies(skip -> {
          assertThat(skip.reason()).isEqualTo(SkipReason.MISSING);
          assertThat(skip.models()).containsExactly("base");
        });
  }

  @Test
  void differingShapesAreNamedAndTheMostCommonOneIsCompared() {
    model(LINEAR, "BF16", 4L, 3L).model(LINEAR, "BF16", 5L, 3L).model(LINEAR, "BF16", 5L, 3L);

    Pairing pairing = Pairing.of(LINEAR, models);

    assertThat(compared(pairing)).containsExactly("ft1", "ft2");
    assertThat(pairing.skipped())
        .singleElement()
        .satisfies(skip -> {
          assertThat(skip.reason()).isEqualTo(SkipReason.SHAPE);
          assertThat(skip.models()).containsExactly("base");
          assertThat(skip.detail()).contains("base 4x3").contains("ft1 5x3");
        });
  }

  @Test
  void twoModelsOfTwoShapesAreNotCompared() {
    model(LINEAR, "BF16", 4L, 3L).model(LINEAR, "BF16", 4L, 2L);

    Pairing pairing = Pairing.of(LINEAR, models);

    assertThat(pairing.planned()).isEmpty();
    assertThat(pairing.skipped().getFirst().detail()).contains("base 4x3").contains("ft1 4x2");
  }

  @Test
  void resizedVocabulariesShareTheirFirstRows() {
    model(EMBEDDING, "BF16", 10L, 3L).model(EMBEDDING, "F32", 12L, 3L);

    PlannedTensor planned = Pairing.of(EMBEDDING, models).planned().orElseThrow();

    assertThat(planned.shape()).isEqualTo(Shape.of(10, 3));
    assertThat(planned.note().orElseThrow()).contains("base 10x3, ft1 12x3").contains("first 10");
    assertThat(planned.copies()).extracting(TensorCopy::bytes).containsExactly(60L, 120L);
    assertThat(planned.copies().get(1).shape()).isEqualTo(Shape.of(10, 3));
  }

  @Test
  void embeddingsOfOtherWidthsAreNotCompared() {
    model(EMBEDDING, "BF16", 10L, 3L).model(EMBEDDING, "BF16", 12L, 4L);

    assertThat(Pairing.of(EMBEDDING, models).planned()).isEmpty();
  }

  @Test
  void dtypesThatAreNotComputedOnAreNamed() {
    model(LINEAR, "I8", 4L, 3L).model(LINEAR, "BF16", 4L, 3L).model(LINEAR, "BF16", 4L, 3L);

    Pairing pairing = Pairing.of(LINEAR, models);

    assertThat(compared(pairing)).containsExactly("ft1", "ft2");
    assertThat(pairing.skipped().getFirst().reason()).isEqualTo(SkipReason.DTYPE);
    assertThat(pairing.skipped().getFirst().detail()).contains("base I8");
  }

  @Test
  void tensorsWithoutElementsAreNotCompared() {
    model(LINEAR, "BF16", 0L, 3L).model(LINEAR, "BF16", 0L, 3L);

    Pairing pairing = Pairing.of(LINEAR, models);

    assertThat(pairing.planned()).isEmpty();
    assertThat(pairing.skipped().getFirst().reason()).isEqualTo(SkipReason.EMPTY);
  }

  /// 2^22 columns fit for two models, and for three, which are three pairs, they do not.
  @Test
  void moreColumnsThanOneComparisonHoldsAreSkippedWithTheReason() {
    long columns = 1L << 22;
    model(LINEAR, "BF16", 1L, columns).model(LINEAR, "BF16", 1L, columns);
    assertThat(Pairing.of(LINEAR, models).planned()).isPresent();
    model(LINEAR, "BF16", 1L, columns);

    Pairing pairing = Pairing.of(LINEAR, models);

    assertThat(pairing.planned()).isEmpty();
    assertThat(pairing.skipped())
        .singleElement()
        .satisfies(skip -> {
          assertThat(skip.reason()).isEqualTo(SkipReason.COLUMNS);
          assertThat(skip.models()).containsExactly("base", "ft1", "ft2");
          assertThat(skip.detail()).startsWith("1x4194304 has 12582912 columns over all pairs");
        });
  }
}
