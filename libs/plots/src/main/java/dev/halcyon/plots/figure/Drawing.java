package dev.halcyon.plots.figure;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/// A canvas that remembers what was put on it.
public final class Drawing {
  private final List<Mark> marks = new ArrayList<>();

  /// Which point of the text is given.
  public enum Anchor {
    START(0),
    MIDDLE(0.5),
    END(1);

    private final double share;

    Anchor(double share) {
      this.share = share;
    }

    double start(double at, double width) {
      return at - share * width;
    }
  }

  public void fill(Shape shape, Color color) {
    marks.add(new Mark.Fill(shape, color));
  }

  public void rectangle(double x, double y, double width, double height, Color color) {
    fill(new Rectangle2D.Double(x, y, width, height), color);
  }

  public void stroke(Shape shape, Color color, float width) {
    marks.add(new Mark.Stroke(shape, color, width));
  }

  public void line(double x1, double y1, double x2, double y2, Color color) {
    line(x1, y1, x2, y2, color, 1f);
  }

  public void line(double x1, double y1, double x2, double y2, Color color, float width) {
    stroke(new Line2D.Double(x1, y1, x2, y2), color, width);
  }

  public void frame(Rectangle2D box) {
    stroke(box, Ink.FRAME, 1f);
  }

  public void text(String text, double x, double baseline, TextStyle style, Anchor anchor) {
    text(text, x, baseline, style, anchor, Double.POSITIVE_INFINITY);
  }

  /// Text that leaves out its middle where it is wider than `room` pixels.
  public void text(
      String text, double x, double baseline, TextStyle style, Anchor anchor, double room) {
    String full = printable(text);
    String shown = Typeface.elide(full, style.size(), room);
    double start = anchor.start(x, style.width(shown));
    marks.add(new Mark.Label(shown, full, start, baseline, style, false));
  }

  /// Text that runs upwards, its middle at `middle`.
  public void verticalText(
      String text, double baseline, double middle, TextStyle style, double room) {
    String full = printable(text);
    String shown = Typeface.elide(full, style.size(), room);
    double start = middle + style.width(shown) / 2;
    marks.add(new Mark.Label(shown, full, baseline, start, style, true));
  }

  public Figure finish(String title, double width, double height) {
    return new Figure(printable(title), (int) Math.ceil(width), (int) Math.ceil(height), marks);
  }

  /// Without the characters that XML forbids, those that turn the reading direction, and the breaks
  /// that a single line cannot show.
  static String printable(String text) {
    StringBuilder result = new StringBuilder(text.length());
    text.codePoints().forEach(point -> result.appendCodePoint(printable(point)));
    return result.toString();
  }

  private static int printable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> ' ';
      case Character.SURROGATE, Character.UNASSIGNED, Character.FORMAT -> '\uFFFD';
      default -> point;
    };
  }
}
