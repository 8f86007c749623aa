package dev.halcyon.exports;

import dev.halcyon.contracts.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `layer_config` of AutoRound: the chosen linear layers in 8 bits; the others have what the scheme
/// says.
final class AutoRoundFormat implements ExportFormat {
  @Override
  public ExportedFile write(Export export) {
    List<ScoredTensor> linear = export.ranking().linear();
    Selection selection = export.selection(linear);
    int groupSize = Bits.groupSize(linear);
    Map<String, Object> layers = new LinkedHashMap<>();
    for (ScoredTensor matrix : selection.chosen()) {
      Map<String, Integer> layer = new LinkedHashMap<>();
      layer.put("bits", Bits.MORE);
      layer.put("group_size", groupSize);
      layers.put(matrix.module(), layer);
    }
    return new ExportedFile(
        Json.prettyBytes(layers),
        List.of(
            "%d of %d linear layers have %d bits; give the others a group size of %d, too"
                .formatted(layers.size(), linear.size(), Bits.MORE, groupSize)));
  }
}
