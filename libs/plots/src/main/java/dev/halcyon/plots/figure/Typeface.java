package dev.halcyon.plots.figure;

import java.awt.Font;
import java.awt.Shape;
import java.awt.font.FontRenderContext;

/// The bundled DejaVu Sans: measures, shortens and outlines text without the machine's own fonts.
final class Typeface {
  /// For SVG readers: the bundled font where it is installed, else one of nearly its widths.
  static final String FAMILIES = "DejaVu Sans, Bitstream Vera Sans, Verdana, sans-serif";

  private static final String ELLIPSIS = "…";

  // Anti-aliased with fractional advances: widths that neither hinting nor fontconfig can move.
  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);
  private static final Font FONT = BundledFont.load();

  private Typeface() {}

  static Font font(float size) {
    return FONT.deriveFont(size);
  }

  /// Advance width in pixels.
  static double width(String text, float size) {
    return font(size).createGlyphVector(CONTEXT, text).getLogicalBounds().getWidth();
  }

  /// The glyphs as a shape whose baseline starts at (x, y).
  static Shape outline(String text, float size, double x, double y) {
    return font(size).createGlyphVector(CONTEXT, text).getOutline((float) x, (float) y);
  }

  /// The text itself where it fits into `room` pixels, else with its middle left out.
  static String elide(String text, float size, double room) {
    if (width(text, size) <= room) {
      return text;
    }
    int[] points = text.codePoints().toArray();
    int low = 0;
    int high = points.length - 1;
    while (low < high) {
      int kept = (low + high + 1) / 2;
      if (width(withoutMiddle(points, kept), size) <= room) {
        low = kept;
      } else {
        high = kept - 1;
      }
    }
    return withoutMiddle(points, low);
  }

  private static String withoutMiddle(int[] points, int kept) {
    int head = (kept + 1) / 2;
    int tail = kept - head;
    return new String(points, 0, head) + ELLIPSIS + new String(points, points.length - tail, tail);
  }
}
