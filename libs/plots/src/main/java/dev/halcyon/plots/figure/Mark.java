package dev.halcyon.plots.figure;

import java.awt.Color;
import java.awt.Shape;

/// One thing on the canvas, in logical pixels, y downwards.
sealed interface Mark {
  record Fill(Shape shape, Color color) implements Mark {}

  record Stroke(Shape shape, Color color, float width) implements Mark {}

  /// A line of text.
  ///
  /// @param full the text before it was shortened to fit
  /// @param x start of the baseline
  /// @param y height of the baseline
  /// @param vertical runs upwards from (x, y) rather than to the right
  record Label(String text, String full, double x, double y, TextStyle style, boolean vertical)
      implements Mark {
    boolean elided() {
      return !text.equals(full);
    }
  }
}
