package dev.halcyon.tensors.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Names in GGUF, against llama.cpp's own package.
class GgufNamesTest {
  @Test
  void everyTensorHasTheNameThatLlamaCppGivesIt() throws IOException {
    Map<String, List<String[]>> byArchitecture = new LinkedHashMap<>();
    for (String line : golden().lines().skip(1).toList()) {
      String[] cells = line.split(",", -1);
      byArchitecture.computeIfAbsent(cells[0], _ -> new ArrayList<>()).add(cells);
    }

    assertThat(byArchitecture)
        .containsOnlyKeys(
            "llama", "qwen2", "qwen3", "gemma2", "gemma3", "olmo2", "phi3", "gpt2", "gptneox");
    byArchitecture.forEach((architecture, tensors) -> {
      GgufNames names = GgufNames.of(tensors.stream().map(cells -> cells[1]).toList());
      assertThat(tensors)
          .as(architecture)
          .allSatisfy(cells -> assertThat(names.find(cells[1])).contains(cells[2]));
    });
  }

  @Test
  void whatLlamaCppStacksOrDoesNotHaveHasNoName() {
    GgufNames names = GgufNames.of(List.of());

    assertThat(names.find("model.layers.0.mlp.experts.0.down_proj.weight")).isEmpty();
    assertThat(names.find("model.layers.0.self_attn.rotary_emb.inv_freq")).isEmpty();
    assertThat(names.find("vision_tower.encoder.layers.0.self_attn.q_proj.weight")).isEmpty();
    assertThat(names.find("")).isEmpty();
  }

  @Test
  void onlyGpt2StoresTransposedMatrices() {
    GgufNames names = GgufNames.of(List.of());

    assertThat(names.isTransposed("transformer.h.0.mlp.c_proj.weight")).isTrue();
    assertThat(names.isTransposed("transformer.wte.weight")).isFalse();
    assertThat(names.isTransposed("model.layers.0.mlp.down_proj.weight")).isFalse();
  }

  private static String golden() throws IOException {
    try (InputStream file = GgufNamesTest.class.getResourceAsStream("names.csv")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
