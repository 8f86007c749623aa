package dev.halcyon.plots.figure;

import java.awt.Color;

/// The few sizes and shades of text that a figure uses. Sizes are in logical pixels, none under 10.
public enum TextStyle {
  TITLE(15f, Ink.TEXT),
  SUBTITLE(11.5f, Ink.SOFT_TEXT),
  PANEL_TITLE(12f, Ink.TEXT),
  AXIS_TITLE(11.5f, Ink.TEXT),
  LABEL(11f, Ink.TEXT),
  TICK(10.5f, Ink.TEXT),
  NOTE(10.5f, Ink.SOFT_TEXT);

  private final float size;
  private final Color color;

  TextStyle(float size, Color color) {
    this.size = size;
    this.color = color;
  }

  float size() {
    return size;
  }

  Color color() {
    return color;
  }

  public double width(String text) {
    return Typeface.width(text, size);
  }
}
