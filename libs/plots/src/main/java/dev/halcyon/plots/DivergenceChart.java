package dev.halcyon.plots;

import static java.util.Objects.requireNonNull;

import dev.halcyon.plots.figure.Figure;
import java.util.List;
import java.util.OptionalInt;

/// What each part of a model has to do with its divergence: by layer, and below by component over
/// all layers; a colour for each fine-tune.
///
/// @param subtitle what is shown; empty for the chart's own words
/// @param quantity with its unit, named on the axes
/// @param fineTunes names of the series
/// @param layers from the input to the output of the model
/// @param components over all layers, from the input to the output of a layer
public record DivergenceChart(
    String title,
    String subtitle,
    String quantity,
    List<String> fineTunes,
    List<Slot> layers,
    List<Slot> components)
    implements Chart {
  public DivergenceChart {
    requireNonNull(title, "title is null");
    requireNonNull(subtitle, "subtitle is null");
    requireNonNull(quantity, "quantity is null");
    fineTunes = List.copyOf(fineTunes);
    layers = List.copyOf(layers);
    components = List.copyOf(components);
    if (layers.isEmpty() || fineTunes.isEmpty()) {
      throw new IllegalArgumentException("a divergence chart needs layers and fine-tunes");
    }
    requireValues(layers, fineTunes.size());
    requireValues(components, fineTunes.size());
  }

  /// One layer or component.
  ///
  /// @param name of it
  /// @param layer the layer's number, empty for everything else
  /// @param values one for each fine-tune
  public record Slot(String name, OptionalInt layer, List<Value> values) {
    public Slot {
      requireNonNull(name, "name is null");
      values = List.copyOf(values);
    }
  }

  /// An attribution.
  ///
  /// @param value of it; NaN where it is missing
  /// @param standardError of it; NaN where it is unknown
  public record Value(double value, double standardError) {
    boolean isDefined() {
      return Double.isFinite(value);
    }

    double error() {
      return Double.isFinite(standardError) ? standardError : 0;
    }
  }

  private static void requireValues(List<Slot> slots, int series) {
    for (Slot slot : slots) {
      if (slot.values().size() != series) {
        throw new IllegalArgumentException(
            "%s: %d values for %d fine-tunes".formatted(slot.name(), slot.values().size(), series));
      }
    }
  }

  @Override
  public Figure figure() {
    String note = "parts add up to the whole and may be negative";
    return new DivergencePainter(this, note, Palette.STANDARD).paint();
  }
}
