package dev.halcyon.exports;

import dev.halcyon.contracts.json.Json;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/// `adapter_config.json` of PEFT: which linear layers get a LoRA adapter, and of which rank.
/// Without a rule all of them do. A module that is not of the usual rank has an entry in
/// `rank_pattern` and `alpha_pattern`.
final class PeftFormat implements ExportFormat {
  @Override
  public ExportedFile write(Export export) {
    List<ScoredTensor> linear = export.ranking().linear();
    List<ScoredTensor> chosen =
        export.rule().isPresent() ? export.selection(linear).chosen() : linear;
    SequencedMap<String, Object> config = new LinkedHashMap<>();
    config.put("peft_type", "LORA");
    config.put("task_type", "CAUSAL_LM");
    config.put("base_model_name_or_path", export.results().base().source());
    config.put("r", LoraRank.BASE);
    config.put("lora_alpha", LoraRank.BASE * LoraRank.ALPHA_PER_RANK);
    targets(chosen, export.ranking(), config);
    ranks(chosen, config);
    return new ExportedFile(
        Json.prettyBytes(config),
        List.of("%d of %d linear layers have an adapter".formatted(chosen.size(), linear.size())));
  }

  /// By layers and types where the choice is all of some types in some layers, else by name; by
  /// name, too, where another tower has modules of the same types.
  private static void targets(
      List<ScoredTensor> chosen, Ranking ranking, Map<String, Object> config) {
    List<ScoredTensor> linear = ranking.linear();
    Set<Integer> layers = new TreeSet<>();
    Set<String> types = new LinkedHashSet<>();
    chosen.forEach(matrix -> {
      layers.add(matrix.name().layer().getAsInt());
      types.add(matrix.name().part());
    });
    long crossed =
        linear.stream()
            .filter(matrix -> layers.contains(matrix.name().layer().getAsInt()))
            .filter(matrix -> types.contains(matrix.name().part()))
            .count();
    boolean isCross =
        crossed == chosen.size()
            && ranking.tensors().stream().allMatch(tensor -> tensor.name().tower().isEmpty());
    config.put(
        "target_modules", isCross ? types : chosen.stream().map(ScoredTensor::module).toList());
    if (isCross && layers.size() < allLayers(linear).size()) {
      config.put("layers_to_transform", layers);
    }
  }

  private static Set<Integer> allLayers(List<ScoredTensor> linear) {
    Set<Integer> layers = new TreeSet<>();
    linear.forEach(matrix -> layers.add(matrix.name().layer().getAsInt()));
    return layers;
  }

  private static void ranks(List<ScoredTensor> chosen, Map<String, Object> config) {
    LoraRank ranks = new LoraRank(chosen);
    Map<String, Integer> rankPattern = new LinkedHashMap<>();
    Map<String, Integer> alphaPattern = new LinkedHashMap<>();
    for (ScoredTensor matrix : chosen) {
      int rank = ranks.of(matrix);
      if (rank != LoraRank.BASE) {
        rankPattern.put(matrix.module(), rank);
        alphaPattern.put(matrix.module(), rank * LoraRank.ALPHA_PER_RANK);
      }
    }
    config.put("rank_pattern", rankPattern);
    config.put("alpha_pattern", alphaPattern);
  }
}
