package dev.halcyon.plots;

import static java.util.Objects.requireNonNull;

import dev.halcyon.plots.figure.Figure;
import java.util.List;

/// How much tensors changed against how much they matter: a dot for each tensor and fine-tune, its
/// area by what the change did.
///
/// @param fineTunes names of the series
/// @param dots to draw; those without a positive change and importance have no place on logarithmic
///   axes and are counted in the subtitle
public record ChangeChart(String title, List<String> fineTunes, List<Dot> dots) implements Chart {
  public ChangeChart {
    requireNonNull(title, "title is null");
    fineTunes = List.copyOf(fineTunes);
    dots = List.copyOf(dots);
  }

  /// A tensor of a fine-tune.
  ///
  /// @param name of the tensor
  /// @param fineTune number of its series
  /// @param change relative to the base's norm
  /// @param importance share of the base's Fisher information
  /// @param effect attribution of the divergence; NaN where it was not computed
  public record Dot(String name, int fineTune, double change, double importance, double effect) {
    public Dot {
      requireNonNull(name, "name is null");
    }

    boolean hasPlace() {
      return change > 0 && importance > 0 && Double.isFinite(change + importance);
    }

    double size() {
      return Double.isFinite(effect) ? Math.abs(effect) : 0;
    }
  }

  @Override
  public Figure figure() {
    return new ChangePainter(this).paint();
  }
}
