package dev.halcyon.plots.figure;

import java.awt.Color;

/// The colours that carry no data.
public final class Ink {
  public static final Color PAPER = Color.WHITE;
  public static final Color TEXT = new Color(0x1F1F1F);
  static final Color SOFT_TEXT = new Color(0x636363);
  public static final Color FRAME = new Color(0x9A9A9A);
  public static final Color GRID = new Color(0xE3E3E3);
  public static final Color MISSING = new Color(0xC4C4C4);
  public static final Color ZERO_OUTLINE = new Color(0xD6D6D6);

  private Ink() {}
}
