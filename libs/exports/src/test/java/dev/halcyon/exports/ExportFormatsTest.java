package dev.halcyon.exports;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/// The content of each format, against choices computed elsewhere. That the tools take the files is
/// tried by hand with the scripts in `tools/exports`.
class ExportFormatsTest {
  private static final Optional<Rule> HALF = Optional.of(new Rule.Top(0.5));

  @Test
  void mergekitGetsWeight1ForTheChosenTensorsOfEachFineTune() throws Exception {
    Map<String, Object> config = yaml(write("mergekit", Quantity.CHANGE, Optional.empty()));

    assertThat(config)
        .containsEntry("merge_method", "task_arithmetic")
        .containsEntry("base_model", "models/base");
    List<Map<String, Object>> models = list(config.get("models"));
    assertThat(models).extracting("model").containsExactly("models/ft1", "models/ft2");
    List<Map<String, Object>> filters = list(map(models.get(1).get("parameters")).get("weight"));
    Expected expected = Expected.of(Quantity.CHANGE);
    for (String name : expected.scores().keySet()) {
      assertThat(weight(filters, name)).isEqualTo(expected.quarter().contains(name) ? 1.0 : 0.0);
    }
  }

  @Test
  void aMergeTakesFineTunes() {
    assertThatThrownBy(() -> write("mergekit", Quantity.FISHER, Optional.empty()))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("contains no fine-tune");
  }

  @Test
  void axolotlGetsPatternsOfTheChosenTensors() throws Exception {
    String text = write("axolotl", Quantity.FISHER, Optional.empty());

    assertThat(this.<String>list(yaml(text).get("unfrozen_parameters")))
        .containsExactlyInAnyOrderElementsOf(
            Expected.of(Quantity.FISHER).quarter().stream().map(name -> "^" + name + "$").toList());
    assertThat(text)
        .startsWith("# Written by Halcyon 1.2.3: halcyon export\n")
        .contains("labels empirical, weighting sample, precision fp32, seed 42");
  }

  @Test
  void spectrumGetsEveryMatrixWithItsType() throws Exception {
    ExportedFile file = file("spectrum", Quantity.ATTRIBUTION, Optional.empty());

    Map<String, Object> entries = Expected.json(file);
    Expected expected = Expected.of(Quantity.ATTRIBUTION);
    assertThat(entries.keySet()).isEqualTo(expected.ranks().keySet());
    assertThat(map(entries.get("model.layers.1.mlp.down_proj.weight")))
        .containsEntry("type", "mlp.down_proj")
        .extractingByKey("snr")
        .isEqualTo(expected.scores().get("model.layers.1.mlp.down_proj.weight"));
    assertThat(file.notes()).first().asString().contains("snr_results_examples-models-base.json");
  }

  @Test
  void peftGetsRanksByScore() throws Exception {
    Map<String, Object> config = Expected.json(file("peft", Quantity.FISHER, Optional.empty()));

    Map<String, Integer> expected =
        Expected.of(Quantity.FISHER).ranks().entrySet().stream()
            .filter(entry -> entry.getValue() != 16)
            .collect(toMap(entry -> module(entry.getKey()), Map.Entry::getValue));
    assertThat(config.get("rank_pattern")).isEqualTo(expected);
    expected.replaceAll((_, rank) -> 2 * rank);
    assertThat(config.get("alpha_pattern")).isEqualTo(expected);
    assertThat(this.<String>list(config.get("target_modules")))
        .contains("self_attn.q_proj", "mlp.down_proj")
        .hasSize(7);
    assertThat(config).doesNotContainKey("layers_to_transform").containsEntry("r", 16);
  }

  @Test
  void peftGetsNamesWhereTheChoiceIsNotOfWholeLayers() throws Exception {
    Map<String, Object> config = Expected.json(file("peft", Quantity.FISHER, HALF));

    assertThat(this.<String>list(config.get("target_modules")))
        .containsExactlyInAnyOrderElementsOf(
            Expected.of(Quantity.FISHER).halfOfLinear().stream()
                .map(ExportFormatsTest::module)
                .toList());
  }

  @Test
  void peftGetsLayersWhereTheChoiceIsAllOfThem() throws Exception {
    Map<String, Object> config =
        Expected.json(
            new PeftFormat()
                .write(
                    new Export(
                        Expected.results("fisher"),
                        onlyLayer(Expected.ranking(Quantity.FISHER), 1),
                        Optional.of(new Rule.AtLeast(1)),
                        "",
                        "")));

    assertThat(config).containsEntry("layers_to_transform", List.of(1));
    assertThat(this.<String>list(config.get("target_modules"))).hasSize(7);
  }

  private static Ranking onlyLayer(Ranking ranking, int layer) {
    return new Ranking(
        ranking.by(),
        ranking.model(),
        ranking.tensors().stream()
            .map(tensor ->
                new ScoredTensor(
                    tensor.name(),
                    tensor.shape(),
                    tensor.elements(),
                    tensor.name().layer().orElse(-1) == layer ? 1 : 0))
            .toList());
  }

  @Test
  void theFreezeListNamesAllOtherTensors() throws Exception {
    Expected expected = Expected.of(Quantity.ATTRIBUTION);

    String text = write("freeze-list", Quantity.ATTRIBUTION, Optional.empty());

    assertThat(text.lines().filter(line -> !line.startsWith("#")))
        .containsExactlyInAnyOrderElementsOf(
            expected.scores().keySet().stream()
                .filter(name -> !expected.quarter().contains(name))
                .toList());
    assertThat(text).contains("# ft1: examples/models/python, digest ");
    assertThat(text).contains("# Measured divergence: KL 0.3");
  }

  @Test
  void llamaCppGetsTypesOfTheChosenMatrices() throws Exception {
    String text = write("llama.cpp", Quantity.ATTRIBUTION, Optional.of(new Rule.AtLeast(1)));

    Map<String, String> names =
        Map.of(
            "self_attn.q_proj",
            "attn_q",
            "self_attn.k_proj",
            "attn_k",
            "self_attn.v_proj",
            "attn_v",
            "self_attn.o_proj",
            "attn_output",
            "mlp.gate_proj",
            "ffn_gate",
            "mlp.up_proj",
            "ffn_up",
            "mlp.down_proj",
            "ffn_down");
    List<String> expected =
        Expected.of(Quantity.ATTRIBUTION).linearAboveAverage().stream()
            .map(name -> name.split("\\.", 4))
            .map(parts ->
                "^blk\\." + parts[2] + "\\." + names.get(module(parts[3])) + "\\.weight$=q8_0")
            .toList();
    assertThat(text.lines().filter(line -> !line.contains("token_embd")))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void theImatrixHoldsFisherInformationSummedOverRows() throws Exception {
    byte[] file = file("imatrix", Quantity.FISHER, Optional.empty()).content();

    List<Float> columns = Expected.columns().get("model.layers.0.self_attn.k_proj.weight");
    ByteBuffer content = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int end = file.length - 32;
    assertThat(content.getFloat(end)).isEqualTo(1);
    for (int i = 0; i < columns.size(); i++) {
      assertThat(content.getFloat(end - Float.BYTES * (columns.size() - i)))
          .isEqualTo(columns.get(i));
    }
    assertThat(new String(file, StandardCharsets.ISO_8859_1))
        .startsWith("GGUF\3")
        .contains("imatrix.datasets", "blk.0.attn_k.weight.in_sum2", "blk.0.attn_k.weight.counts")
        .doesNotContain("output_norm");
  }

  @Test
  void theImatrixTakesADiagonal() {
    assertThatThrownBy(() -> write("imatrix", Quantity.ATTRIBUTION, Optional.empty()))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("--save-diagonal safetensors");
  }

  @Test
  void llmCompressorGetsTwoGroups() throws Exception {
    Map<String, Object> recipe = yaml(write("llm-compressor", Quantity.FISHER, HALF));

    Map<String, Object> modifier =
        map(map(map(recipe.get("quant_stage")).get("quant_modifiers")).get("QuantizationModifier"));
    Map<String, Object> groups = map(modifier.get("config_groups"));
    assertThat(bits(groups, "group_0")).isEqualTo(chosenModules());
    Set<String> rest = new TreeSet<>();
    Expected.of(Quantity.FISHER).ranks().keySet().forEach(name -> rest.add(module(name)));
    rest.removeAll(chosenModules().keySet());
    assertThat(bits(groups, "group_1").keySet()).isEqualTo(rest);
    assertThat(bits(groups, "group_1").values()).containsOnly(4);
  }

  @Test
  void gptqModelGetsARuleForEachChosenLayer() throws Exception {
    Map<String, Object> config = Expected.json(file("gptqmodel", Quantity.FISHER, HALF));

    Map<String, Integer> rules = new HashMap<>();
    map(config.get("dynamic"))
        .forEach((rule, bits) ->
            rules.put(
                rule.replace("+:^", "").replace("$", "").replace("\\", ""),
                (Integer) map(bits).get("bits")));
    assertThat(rules).isEqualTo(chosenModules());
    assertThat(config).containsEntry("bits", 4).containsEntry("group_size", 128);
  }

  @Test
  void autoRoundGetsTheChosenLayers() throws Exception {
    Map<String, Object> layers = Expected.json(file("auto-round", Quantity.FISHER, HALF));

    Map<String, Integer> bits = new HashMap<>();
    layers.forEach((name, layer) -> bits.put(name, (Integer) map(layer).get("bits")));
    assertThat(bits).isEqualTo(chosenModules());
  }

  private static Map<String, Integer> chosenModules() {
    return new TreeMap<>(
        Expected.of(Quantity.FISHER).halfOfLinear().stream()
            .collect(toMap(ExportFormatsTest::module, _ -> 8)));
  }

  private Map<String, Integer> bits(Map<String, Object> groups, String name) {
    Map<String, Object> group = map(groups.get(name));
    int bits = (int) map(group.get("weights")).get("num_bits");
    return new TreeMap<>(
        this.<String>list(group.get("targets")).stream()
            .collect(toMap(target -> target, _ -> bits)));
  }

  private static double weight(List<Map<String, Object>> filters, String name) {
    Object value =
        filters.stream()
            .filter(entry ->
                !entry.containsKey("filter") || name.contains((String) entry.get("filter")))
            .findFirst()
            .orElseThrow()
            .get("value");
    return value instanceof List<?> list
        ? (double) list.get(Integer.parseInt(name.replaceAll("\\D", "")))
        : (double) value;
  }

  private static String module(String tensor) {
    return tensor.replaceFirst("\\.weight$", "");
  }

  private static ExportedFile file(String format, Quantity by, Optional<Rule> rule)
      throws Exception {
    return ExportFormats.find(format).orElseThrow().write(Expected.export(by, rule));
  }

  private static String write(String format, Quantity by, Optional<Rule> rule) throws Exception {
    return new String(file(format, by, rule).content(), StandardCharsets.UTF_8);
  }

  private static Map<String, Object> yaml(String text) {
    return new Yaml().load(text);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private <T> List<T> list(Object value) {
    return (List<T>) value;
  }
}
