package dev.halcyon.plots;

import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The bundled DejaVu Sans: measures, shortens and outlines text without the machine's own fonts.
///
/// Java's font manager gives up in a container that has no fonts, even for a font of our own, until
/// the property `sun.awt.fontconfig` names a file that asks for none. That file is written, named
/// and removed around a second try, so a machine with fonts never sees it.
final class Typeface {
  /// For SVG readers: the bundled font where it is installed, else one of nearly its widths.
  static final String FAMILIES = "DejaVu Sans, Bitstream Vera Sans, Verdana, sans-serif";

  private static final String RESOURCE = "DejaVuSans.ttf";
  private static final String FONTCONFIG_PROPERTY = "sun.awt.fontconfig";
  private static final String NO_SYSTEM_FONTS = "version=1\nsequence.allfonts=default\n";
  private static final String ELLIPSIS = "…";

  // Anti-aliased with fractional advances: widths that neither hinting nor fontconfig can move.
  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);
  private static final Font FONT = load();

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

  private static Font load() {
    System.setProperty("java.awt.headless", "true");
    try {
      return read();
    } catch (IOException withSystemFonts) {
      try {
        return readWithoutSystemFonts();
      } catch (IOException e) {
        e.addSuppressed(withSystemFonts);
        throw new UncheckedIOException(
            "the bundled font %s cannot be loaded; Java needs its own libfreetype and a writable %s"
                .formatted(RESOURCE, System.getProperty("java.io.tmpdir")),
            e);
      }
    }
  }

  private static Font read() throws IOException {
    try (InputStream stream = Typeface.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IOException(RESOURCE + " is missing beside " + Typeface.class.getName());
      }
      return Font.createFont(Font.TRUETYPE_FONT, stream);
    } catch (FontFormatException e) {
      throw new IOException(RESOURCE + " is damaged", e);
    }
  }

  private static Font readWithoutSystemFonts() throws IOException {
    String before = System.getProperty(FONTCONFIG_PROPERTY);
    Path configuration = Files.createTempFile("halcyon-fontconfig", ".properties");
    try {
      Files.writeString(configuration, NO_SYSTEM_FONTS);
      System.setProperty(FONTCONFIG_PROPERTY, configuration.toString());
      return read();
    } finally {
      restore(before);
      Files.delete(configuration);
    }
  }

  private static void restore(String before) {
    if (before == null) {
      System.clearProperty(FONTCONFIG_PROPERTY);
    } else {
      System.setProperty(FONTCONFIG_PROPERTY, before);
    }
  }
}
