package dev.halcyon.exports;

import java.util.List;
import java.util.Map;

/// `unfrozen_parameters` of an axolotl configuration: regular expressions matched from the start of
/// a parameter's name, in which a point is a point.
final class AxolotlFormat implements ExportFormat {
  @Override
  public ExportedFile write(Export export) {
    List<String> patterns =
        export.selection(export.ranking().tensors()).chosen().stream()
            .map(tensor -> "^" + tensor.key() + "$")
            .toList();
    return ExportedFile.ofText(
        YamlText.of(export.provenance(), Map.of("unfrozen_parameters", patterns)),
        "%d of %d tensors are trained; take the lines into your axolotl configuration"
            .formatted(patterns.size(), export.ranking().tensors().size()));
  }
}
