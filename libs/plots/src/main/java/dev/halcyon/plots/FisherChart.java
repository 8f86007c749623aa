package dev.halcyon.plots;

import static java.util.Objects.requireNonNull;

import dev.halcyon.plots.figure.Figure;
import java.util.List;
import java.util.OptionalInt;

/// Share of the Fisher information by layer: bars on a linear axis beside dots on a logarithmic
/// one.
///
/// @param subtitle what is shown; empty for the chart's own words
/// @param shares from the input to the output of the model
public record FisherChart(String title, String subtitle, List<Share> shares) implements Chart {
  public FisherChart {
    requireNonNull(title, "title is null");
    requireNonNull(subtitle, "subtitle is null");
    shares = List.copyOf(shares);
    if (shares.isEmpty()) {
      throw new IllegalArgumentException("a Fisher chart needs at least one share");
    }
  }

  /// One position of the model.
  ///
  /// @param name `layer 3`, `embeddings`, `final_norm`, `lm_head`
  /// @param layer the layer's number, empty for what stands apart from the layers
  /// @param share of the model's total, 0 to 1; NaN where it is missing
  /// @param standardError of the share; NaN where it is unknown, as with a single sample
  public record Share(String name, OptionalInt layer, double share, double standardError) {
    public Share {
      requireNonNull(name, "name is null");
      requireNonNull(layer, "layer is null");
      if (share < 0 || share > 1) {
        throw new IllegalArgumentException("%s: share %s is not in 0..1".formatted(name, share));
      }
      if (standardError < 0 || Double.isInfinite(standardError)) {
        throw new IllegalArgumentException(
            "%s: standard error %s is not a finite positive number".formatted(name, standardError));
      }
    }

    public static Share ofLayer(int layer, double share, double standardError) {
      return new Share("layer " + layer, OptionalInt.of(layer), share, standardError);
    }

    public static Share outsideLayers(String name, double share, double standardError) {
      return new Share(name, OptionalInt.empty(), share, standardError);
    }
  }

  @Override
  public Figure figure() {
    return new FisherPainter(this).paint();
  }
}
