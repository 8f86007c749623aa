package dev.halcyon.services.plotter;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.Report.TensorRow;
import dev.halcyon.plots.Place;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where figures show a tensor. Of a mixture of many experts each would be a row that nobody could
/// read: they share the place of their component, as `mlp.experts.*.up_proj`.
final class FigurePlaces {
  /// More experts than this are shown together.
  static final int MOST_EXPERTS = 16;

  private static final Pattern EXPERT = Pattern.compile("(?<=(?:^|\\.)experts\\.)\\d+(?=\\.)");

  private final boolean pooled;

  FigurePlaces(List<TensorRow> rows) {
    this.pooled =
        rows.stream().map(TensorRow::componentType).flatMap(FigurePlaces::expert).distinct().count()
            > MOST_EXPERTS;
  }

  private static Stream<String> expert(String component) {
    return EXPERT.matcher(component).results().map(result -> result.group());
  }

  /// Whether a place may hold several tensors.
  boolean arePooled() {
    return pooled;
  }

  Place of(TensorRow row) {
    String component = component(row.componentType());
    return row.layer().isPresent()
        ? Place.inLayer(row.layer().getAsInt(), component)
        : Place.outsideLayers(component);
  }

  String component(TensorName name) {
    return component(name.component());
  }

  private String component(String component) {
    Matcher expert = EXPERT.matcher(component);
    return pooled ? expert.replaceAll("*") : component;
  }
}
