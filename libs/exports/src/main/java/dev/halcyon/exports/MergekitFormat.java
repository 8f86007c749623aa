package dev.halcyon.exports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A mergekit configuration: the base plus each fine-tune's change times a weight of its own for
/// each tensor (`task_arithmetic`).
final class MergekitFormat implements ExportFormat {
  @Override
  public ExportedFile write(Export export) {
    Results results = export.results();
    if (results.fineTunes().isEmpty()) {
      throw new ExportException(
          "%s contains no fine-tune, and a merge needs at least one: give results of compare or"
                  .formatted(results.folder())
              + " divergence, or of fisher with a base and fine-tunes");
    }
    MergeWeights weights = new MergeWeights(export);
    List<Object> models = new ArrayList<>();
    for (ResultModel model : results.fineTunes()) {
      SequencedMap<String, Object> entry = new LinkedHashMap<>();
      entry.put("model", model.source());
      entry.put("parameters", Map.of("weight", TensorFilters.of(weights.of(model.name()))));
      models.add(entry);
    }
    SequencedMap<String, Object> config = new LinkedHashMap<>();
    config.put("merge_method", "task_arithmetic");
    config.put("base_model", results.base().source());
    config.put("models", models);
    return ExportedFile.ofText(YamlText.of(export.provenance(), config), weights.meaning());
  }
}
