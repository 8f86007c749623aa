package dev.halcyon.plots;

import dev.halcyon.plots.Drawing.Anchor;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Finds room for labels near the points they name, off everything drawn and off each other; a
/// label for which there is none is left out.
final class LabelPlacer {
  private static final double HEIGHT = 14;
  private static final double CLEARANCE = 2;
  private static final double STEP = 4;
  private static final double NEAR = 16;
  private static final double FRAME_CLEARANCE = 4;
  private static final double WIDEST = 190;

  private final Rectangle2D frame;
  private final List<Rectangle2D> obstacles = new ArrayList<>();

  LabelPlacer(Rectangle2D frame) {
    this.frame = frame;
  }

  void avoid(Rectangle2D obstacle) {
    obstacles.add(obstacle);
  }

  /// Draws `text` as near to (x, y) as there is room, with a thin line where that is not beside it.
  void place(Drawing drawing, String text, double x, double y) {
    String shown = Typeface.elide(text, TextStyle.LABEL.size(), WIDEST);
    double width = TextStyle.LABEL.width(shown);
    Optional<Rectangle2D> room = nearest(width, x, y);
    if (room.isEmpty()) {
      return;
    }
    Rectangle2D box = room.get();
    avoid(box);
    drawing.fill(box, Ink.PAPER);
    drawLeader(drawing, box, x, y);
    drawing.text(
        text, box.getX() + CLEARANCE, box.getY() + 11, TextStyle.LABEL, Anchor.START, WIDEST);
  }

  private Optional<Rectangle2D> nearest(double width, double x, double y) {
    double boxWidth = width + 2 * CLEARANCE;
    double right = frame.getMaxX() - FRAME_CLEARANCE - boxWidth;
    double lowest = frame.getMaxY() - FRAME_CLEARANCE - HEIGHT;
    List<Rectangle2D> candidates = new ArrayList<>();
    for (double top = frame.getY() + FRAME_CLEARANCE; top <= lowest; top += STEP) {
      for (double left = frame.getX() + FRAME_CLEARANCE; left <= right; left += STEP) {
        candidates.add(new Rectangle2D.Double(left, top, boxWidth, HEIGHT));
      }
    }
    return candidates.stream()
        .filter(box -> isFree(box) && isLeaderFree(box, x, y))
        .min(Comparator.comparingDouble(box -> cost(box, x, y)));
  }

  private boolean isFree(Rectangle2D box) {
    return obstacles.stream().noneMatch(obstacle -> touches(obstacle, box));
  }

  // Unlike intersects(), this counts obstacles without width, such as whiskers.
  private static boolean touches(Rectangle2D a, Rectangle2D b) {
    return a.getX() < b.getMaxX()
        && b.getX() < a.getMaxX()
        && a.getY() < b.getMaxY()
        && b.getY() < a.getMaxY();
  }

  private boolean isLeaderFree(Rectangle2D box, double x, double y) {
    if (distance(box, x, y) <= NEAR) {
      return true;
    }
    Point2D end = nearestPoint(box, x, y);
    Line2D leader = new Line2D.Double(x, y, end.getX(), end.getY());
    return obstacles.stream()
        .noneMatch(obstacle -> !holds(obstacle, x, y) && leader.intersects(obstacle));
  }

  private static boolean holds(Rectangle2D obstacle, double x, double y) {
    return x >= obstacle.getX()
        && x <= obstacle.getMaxX()
        && y >= obstacle.getY() - 0.5
        && y <= obstacle.getMaxY() + 0.5;
  }

  /// Distance, with a slight preference for the right over the left and the above over the below.
  private static double cost(Rectangle2D box, double x, double y) {
    double sideways = box.getCenterX() < x ? 3 : 0;
    double below = box.getCenterY() > y + HEIGHT / 2 ? 4 : 0;
    return distance(box, x, y) + sideways + below + 0.05 * Math.abs(box.getCenterY() - y);
  }

  private static double distance(Rectangle2D box, double x, double y) {
    return nearestPoint(box, x, y).distance(x, y);
  }

  private static Point2D nearestPoint(Rectangle2D box, double x, double y) {
    return new Point2D.Double(
        Math.clamp(x, box.getMinX(), box.getMaxX()), Math.clamp(y, box.getMinY(), box.getMaxY()));
  }

  private static void drawLeader(Drawing drawing, Rectangle2D box, double x, double y) {
    if (distance(box, x, y) > NEAR) {
      Point2D end = nearestPoint(box, x, y);
      drawing.line(x, y, end.getX(), end.getY(), Ink.FRAME, 0.8f);
    }
  }
}
