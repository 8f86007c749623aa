package dev.halcyon.exports;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A recipe of llm-compressor: the chosen linear layers in 8 bits, the others in 4.
final class CompressorFormat implements ExportFormat {
  @Override
  public ExportedFile write(Export export) {
    List<ScoredTensor> linear = export.ranking().linear();
    Selection selection = export.selection(linear);
    int groupSize = Bits.groupSize(linear);
    SequencedMap<String, Object> groups = new LinkedHashMap<>();
    groups.put("group_0", group(selection.chosen(), Bits.MORE, groupSize));
    groups.put("group_1", group(selection.rest(), Bits.FEW, groupSize));
    groups.values().removeIf(group -> ((Map<?, ?>) group).isEmpty());
    SequencedMap<String, Object> modifier = new LinkedHashMap<>();
    modifier.put("ignore", List.of("lm_head"));
    modifier.put("config_groups", groups);
    Map<String, Object> recipe =
        Map.of("quant_stage", Map.of("quant_modifiers", Map.of("QuantizationModifier", modifier)));
    return ExportedFile.ofText(YamlText.of(export.provenance(), recipe), Bits.note(selection));
  }

  private static Map<String, Object> group(List<ScoredTensor> matrices, int bits, int groupSize) {
    if (matrices.isEmpty()) {
      return Map.of();
    }
    SequencedMap<String, Object> weights = new LinkedHashMap<>();
    weights.put("num_bits", bits);
    weights.put("type", "int");
    weights.put("symmetric", true);
    weights.put("strategy", "group");
    weights.put("group_size", groupSize);
    SequencedMap<String, Object> group = new LinkedHashMap<>();
    group.put("targets", matrices.stream().map(ScoredTensor::module).toList());
    group.put("weights", weights);
    return group;
  }
}
