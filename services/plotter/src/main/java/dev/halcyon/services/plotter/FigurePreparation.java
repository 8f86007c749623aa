package dev.halcyon.services.plotter;

import dev.halcyon.plots.LineChart;
import dev.halcyon.plots.figure.Figure;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Place;
import dev.halcyon.plots.table.Scale;
import dev.halcyon.plots.table.Series;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Draws a figure of one value while the service starts: fonts, rasterizer and encoders take a
/// third of a second when they are first used, which the first report need not wait for.
final class FigurePreparation {
  private static final String NAME = "mlp";

  private final CompletableFuture<Void> drawn;

  private FigurePreparation(CompletableFuture<Void> drawn) {
    this.drawn = drawn;
  }

  /// Begins, in the background.
  static FigurePreparation begin() {
    return begin(FigurePreparation::draw);
  }

  static FigurePreparation begin(Runnable drawing) {
    CompletableFuture<Void> drawn = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("figure-preparation")
        .start(() -> {
          try {
            drawing.run();
            drawn.complete(null);
          } catch (RuntimeException | Error e) {
            drawn.completeExceptionally(e);
          }
        });
    return new FigurePreparation(drawn);
  }

  /// Returns when figures can be drawn.
  ///
  /// @throws RuntimeException or an error of the linker where this machine cannot draw: the JVM
  ///   gives the reason only to the first caller
  void await() {
    try {
      drawn.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        default -> throw e;
      }
    }
  }

  private static void draw() {
    LayerTable table =
        new LayerTable(
            List.of(List.of(NAME)),
            List.of(0),
            List.of(),
            List.of(new Series(NAME, NAME, Map.of(Place.inLayer(0, NAME), 1e-3))),
            "");
    Figure figure = new LineChart(NAME, "", table, Scale.logDistance()).figure();
    figure.png();
    figure.svg();
  }
}
