package dev.halcyon.services.plotter;

import dev.halcyon.analysis.names.ExpertPool;
import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.results.Report.TensorRow;
import dev.halcyon.plots.table.Place;
import java.util.List;

/// Where figures show a tensor.
final class FigurePlaces {
  private final ExpertPool experts;

  FigurePlaces(List<TensorRow> rows) {
    this.experts = new ExpertPool(rows.stream().map(TensorRow::componentType).toList());
  }

  /// Whether a place may hold several tensors.
  boolean arePooled() {
    return experts.arePooled();
  }

  Place of(TensorRow row) {
    String component = experts.place(row.componentType());
    return row.layer().isPresent()
        ? Place.inLayer(row.layer().getAsInt(), component)
        : Place.outsideLayers(component);
  }

  String component(TensorName name) {
    return experts.place(name.component());
  }
}
