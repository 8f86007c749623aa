package dev.halcyon.exports;

import dev.halcyon.contracts.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `snr_results_MODEL.json` of Spectrum, which axolotl's plugin of that name reads: a number for
/// each matrix by which those of one type are ranked.
final class SpectrumFormat implements ExportFormat {
  /// A matrix.
  ///
  /// @param snr the larger, the sooner it is trained
  /// @param type those of one type are ranked among themselves
  private record Entry(double snr, String type) {}

  @Override
  public ExportedFile write(Export export) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (ScoredTensor tensor : export.ranking().linear()) {
      if (!Double.isNaN(tensor.score())) {
        entries.put(tensor.key(), new Entry(tensor.score(), tensor.name().component()));
      }
    }
    return new ExportedFile(
        Json.prettyBytes(entries),
        List.of(
            "save it as model_snr_results/snr_results_%s.json; set spectrum_top_fraction"
                .formatted(slug(export.results().base().source()))));
  }

  @Override
  public boolean choosesTensors() {
    return false;
  }

  /// The model's name as the plugin looks for it.
  private static String slug(String model) {
    return model.replace('/', '-').replace('_', '-');
  }
}
