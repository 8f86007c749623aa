package dev.halcyon.plots;

import dev.halcyon.plots.figure.Marker;
import java.awt.Color;

/// Colour and marker of a line. The colours are those of Okabe and Ito (2008) but the yellow, which
/// white paper swallows. Seven colours and six markers: 42 lines that differ.
record SeriesStyle(Color color, Marker marker) {
  static final Color BLUE = new Color(0x0072B2);
  static final Color VERMILION = new Color(0xD55E00);

  private static final Color[] COLORS = {
    BLUE,
    VERMILION,
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0xE69F00),
    new Color(0x56B4E9),
    Color.BLACK
  };

  static SeriesStyle of(int index) {
    Marker[] markers = Marker.values();
    return new SeriesStyle(COLORS[index % COLORS.length], markers[index % markers.length]);
  }
}
