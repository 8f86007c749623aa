package dev.halcyon.analysis.names;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Keys of 30 architectures, and what transformers knows of them
/// (`tools/golden/tensor_names_golden.py`).
class TransformersKeysTest {
  /// One key.
  ///
  /// @param layer in the language model's stack
  /// @param vocabulary whether it is the input embeddings' or the output head's weight
  private record Known(String architecture, String key, OptionalInt layer, boolean vocabulary) {
    static Known of(String line) {
      String[] fields = line.split("\t", -1);
      OptionalInt layer =
          fields[2].equals("-") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(fields[2]));
      return new Known(fields[0], fields[1], layer, fields[3].equals("vocabulary"));
    }

    TensorName parsed() {
      return TensorName.parse(key);
    }
  }

  @Test
  void layersOfTheLanguageModelAreFoundAndNoOthers() throws IOException {
    assertThat(keys())
        .hasSizeGreaterThan(900)
        .allSatisfy(known -> {
          TensorName name = known.parsed();
          OptionalInt layer = name.tower().isEmpty() ? name.layer() : OptionalInt.empty();
          assertThat(layer).isEqualTo(known.layer());
          assertThat(name.layerName().matches("layer_\\d+")).isEqualTo(layer.isPresent());
        });
  }

  @Test
  void embeddingsAndHeadsAreThoseTransformersNames() throws IOException {
    assertThat(keys())
        .filteredOn(known -> !known.key().endsWith(".bias"))
        .allSatisfy(
            known -> assertThat(known.parsed().isEmbeddingOrHead()).isEqualTo(known.vocabulary()));
  }

  @Test
  void keysOfOneArchitectureDifferInLayerOrComponent() throws IOException {
    assertThat(keys().stream().map(known -> place(known.architecture(), known.parsed())))
        .doesNotHaveDuplicates();
  }

  @Test
  void everyComponentOfALayerIsNormAttentionOrMlp() throws IOException {
    assertThat(keys())
        .filteredOn(
            known -> known.parsed().layer().isPresent() && !known.architecture().equals("mamba"))
        .allSatisfy(known -> assertThat(known.parsed().group()).isNotEqualTo(ComponentGroup.OTHER));
  }

  @Test
  void everyTensorOutsideTheLanguageModelsLayersHasItsPlace() throws IOException {
    Set<String> others = Set.of("multi_modal_projector", "vision_tower", "visual");
    assertThat(keys())
        .filteredOn(known -> known.parsed().layerName().equals("other"))
        .allSatisfy(
            known -> assertThat(others).contains(known.parsed().component().split("\\.", 2)[0]));
  }

  private static String place(String architecture, TensorName name) {
    return architecture + " " + name.layerName() + " " + name.component();
  }

  private static List<Known> keys() throws IOException {
    try (InputStream in = TransformersKeysTest.class.getResourceAsStream("keys.tsv")) {
      return new String(in.readAllBytes(), UTF_8).lines().map(Known::of).toList();
    }
  }
}
