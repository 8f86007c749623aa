package dev.halcyon.plots;

import static java.util.Objects.requireNonNull;

import dev.halcyon.plots.DivergenceChart.Slot;
import dev.halcyon.plots.figure.Figure;
import java.util.List;

/// Shares of the Fisher information of several models side by side: by layer, and below by
/// component over all layers where that is known; a colour for each model.
///
/// @param models names of the series
/// @param palette of the series
/// @param layers from the input to the output of the models
/// @param components over all layers; may be empty
public record ImportanceChart(
    String title, List<String> models, Palette palette, List<Slot> layers, List<Slot> components)
    implements Chart {
  public ImportanceChart {
    requireNonNull(title, "title is null");
    requireNonNull(palette, "palette is null");
    models = List.copyOf(models);
    layers = List.copyOf(layers);
    components = List.copyOf(components);
  }

  @Override
  public Figure figure() {
    DivergenceChart bars =
        new DivergenceChart(
            title, "", "share of the Fisher information", models, layers, components);
    return new DivergencePainter(bars, "a model's layers add up to 1", palette).paint();
  }
}
