package dev.halcyon.exports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.analysis.names.TensorName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every tensor gets its own value by mergekit's rules: the first filter that is part of a tensor's
/// name decides, and a list of as many numbers as layers gives each layer its own.
class TensorFiltersTest {
  private static final int LAYERS = 12;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "embed_tokens.weight norm.weight layers.%d.norm.weight layers.%d.attn_norm.weight"
            + " layers.%d.mlp.gate.weight layers.%d.mlp.gate_proj.weight",
        "model.embed_tokens.weight model.norm.weight lm_head.weight"
            + " model.layers.%d.self_attn.q_proj.weight model.layers.%d.self_attn.q_proj.bias"
            + " model.layers.%d.mlp.experts.1.down_proj.weight"
            + " model.layers.%d.mlp.experts.11.down_proj.weight"
            + " model.layers.%d.mlp.shared_expert.down_proj.weight",
        "wte.weight wpe.weight ln_f.weight ln_f.bias h.%d.ln_1.weight h.%d.attn.c_attn.weight"
            + " h.%d.mlp.c_proj.weight h.%d.attn.c_proj.weight"
      })
  void everyTensorHasItsOwnValue(String names) {
    SequencedMap<TensorName, Double> values = new LinkedHashMap<>();
    for (String name : names.split(" ", -1)) {
      for (int layer = 0; layer < (name.contains("%d") ? LAYERS : 1); layer++) {
        values.put(TensorName.parse(name.formatted(layer)), values.size() / 1024.0);
      }
    }

    List<Map<String, Object>> filters = TensorFilters.of(values);

    values.forEach((name, value) -> assertThat(evaluate(filters, name)).isEqualTo(value));
    assertThat(filters.getLast()).containsExactly(Map.entry("value", 0.0));
  }

  @ParameterizedTest
  @CsvSource({
    "layers.0.x.y.weight, 0.x.y.weight",
    "model.layers.0.self_attn.q_proj.weight, vision.encoder.layers.0.self_attn.q_proj.weight"
  })
  void namesThatNoFilterTellsApartAreRefused(String one, String other) {
    SequencedMap<TensorName, Double> values = new LinkedHashMap<>();
    values.put(TensorName.parse(one), 1.0);
    values.put(TensorName.parse(other), 2.0);

    assertThatThrownBy(() -> TensorFilters.of(values))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("cannot separate " + one);
  }

  private static double evaluate(List<Map<String, Object>> filters, TensorName name) {
    Object value =
        filters.stream()
            .filter(entry ->
                !entry.containsKey("filter") || name.key().contains((String) entry.get("filter")))
            .findFirst()
            .orElseThrow()
            .get("value");
    return value instanceof List<?> list
        ? (double) list.get(name.layer().orElse(0))
        : (double) value;
  }
}
