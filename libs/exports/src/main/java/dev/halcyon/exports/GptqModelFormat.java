package dev.halcyon.exports;

import dev.halcyon.contracts.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// `quantize_config.json` of GPTQModel: 4 bits, and `dynamic` rules that give the chosen linear
/// layers 8.
final class GptqModelFormat implements ExportFormat {
  @Override
  public ExportedFile write(Export export) {
    List<ScoredTensor> linear = export.ranking().linear();
    Selection selection = export.selection(linear);
    SequencedMap<String, Object> config = new LinkedHashMap<>();
    config.put("bits", Bits.FEW);
    config.put("group_size", Bits.groupSize(linear));
    config.put("quant_method", "gptq");
    config.put("checkpoint_format", "gptq");
    config.put("dynamic", dynamic(selection.chosen()));
    config.put("meta", Map.of("halcyon", export.provenance()));
    return new ExportedFile(Json.prettyBytes(config), List.of(Bits.note(selection)));
  }

  private static Map<String, Object> dynamic(List<ScoredTensor> chosen) {
    SequencedMap<String, Object> rules = new LinkedHashMap<>();
    for (ScoredTensor matrix : chosen) {
      rules.put("+:^" + matrix.module().replace(".", "\\.") + "$", Map.of("bits", Bits.MORE));
    }
    return rules;
  }
}
