package dev.halcyon.plots;

import java.awt.Color;

/// The colours that carry no data.
final class Ink {
  static final Color PAPER = Color.WHITE;
  static final Color TEXT = new Color(0x1F1F1F);
  static final Color SOFT_TEXT = new Color(0x636363);
  static final Color FRAME = new Color(0x9A9A9A);
  static final Color GRID = new Color(0xE3E3E3);
  static final Color MISSING = new Color(0xC4C4C4);
  static final Color ZERO_OUTLINE = new Color(0xD6D6D6);

  private Ink() {}
}
