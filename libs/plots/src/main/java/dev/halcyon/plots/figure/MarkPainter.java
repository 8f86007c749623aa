package dev.halcyon.plots.figure;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;

/// Puts marks on any `Graphics2D`; only text differs between pixels and SVG.
final class MarkPainter {
  /// Draws text whose baseline starts at (x, y).
  @FunctionalInterface
  interface TextPainter {
    void paint(Graphics2D graphics, String text, TextStyle style, double x, double y);
  }

  private final Graphics2D graphics;
  private final TextPainter textPainter;

  MarkPainter(Graphics2D graphics, TextPainter textPainter) {
    this.graphics = graphics;
    this.textPainter = textPainter;
  }

  void paint(Figure figure) {
    graphics.setPaint(Ink.PAPER);
    graphics.fill(new java.awt.Rectangle(figure.width(), figure.height()));
    figure.marks().forEach(this::paint);
  }

  private void paint(Mark mark) {
    switch (mark) {
      case Mark.Fill fill -> {
        graphics.setPaint(fill.color());
        graphics.fill(fill.shape());
      }
      case Mark.Stroke stroke -> {
        graphics.setPaint(stroke.color());
        graphics.setStroke(
            new BasicStroke(stroke.width(), BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
        graphics.draw(stroke.shape());
      }
      case Mark.Label label -> paint(label);
    }
  }

  private void paint(Mark.Label label) {
    graphics.setPaint(label.style().color());
    if (!label.vertical()) {
      textPainter.paint(graphics, label.text(), label.style(), label.x(), label.y());
      return;
    }
    AffineTransform before = graphics.getTransform();
    graphics.translate(label.x(), label.y());
    graphics.rotate(-Math.PI / 2);
    textPainter.paint(graphics, label.text(), label.style(), 0, 0);
    graphics.setTransform(before);
  }
}
