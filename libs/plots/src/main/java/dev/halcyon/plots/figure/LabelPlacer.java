package dev.halcyon.plots.figure;

import dev.halcyon.plots.figure.Drawing.Anchor;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Finds room for a few labels near the points they name, off everything drawn and off each other.
///
/// Each label in turn takes the nearest free place, which may take it from the next; so all orders
/// are tried and the one that places most labels nearest wins. Of many labels the first come first,
/// and all orders of the last few are tried. A label for which there is no room is left out.
public final class LabelPlacer {
  private static final int MOST_PERMUTED = 6;
  private static final double HEIGHT = 14;
  private static final double PADDING = 2;
  private static final double STEP = 4;
  private static final double NEAR = 16;
  private static final double FRAME_CLEARANCE = 4;
  private static final double WIDEST = 190;
  private static final double MISSING_COST = 1e6;
  private static final double CROSSING_COST = 1e3;

  private final Rectangle2D frame;
  private final List<Rectangle2D> obstacles = new ArrayList<>();

  public LabelPlacer(Rectangle2D frame) {
    this.frame = frame;
  }

  /// A label for the point (x, y).
  public record Request(String text, double x, double y) {
    double width() {
      String shown = Typeface.elide(text, TextStyle.LABEL.size(), WIDEST);
      return TextStyle.LABEL.width(shown) + 2 * PADDING;
    }
  }

  /// A label in its place; the leader runs from the point it names to its box.
  private record Placed(Request request, Rectangle2D box, Line2D leader, double cost) {
    boolean needsLeader() {
      return length(leader) > NEAR;
    }
  }

  /// The free places of one label, the best first.
  private record Choice(List<Placed> places) {}

  private record Plan(List<Placed> labels, double cost) {}

  /// Adds something drawn that no label may cover.
  public void avoid(Rectangle2D obstacle) {
    obstacles.add(obstacle);
  }

  public void place(Drawing drawing, List<Request> requests) {
    List<Choice> choices = requests.stream().map(this::choice).toList();
    List<Placed> labels =
        orders(choices).stream()
            .map(this::plan)
            .min(Comparator.comparingDouble(Plan::cost))
            .orElseThrow()
            .labels();
    labels.forEach(label -> drawing.fill(label.box(), Ink.PAPER));
    labels.forEach(label -> draw(drawing, label));
  }

  private static void draw(Drawing drawing, Placed label) {
    if (label.needsLeader()) {
      drawing.stroke(label.leader(), Ink.FRAME, 0.8f);
    }
    drawing.text(
        label.request().text(),
        label.box().getX() + PADDING,
        label.box().getY() + 11,
        TextStyle.LABEL,
        Anchor.START,
        WIDEST);
  }

  /// At most [#MOST_PERMUTED] items change places, which makes 720 orders.
  private static <T> List<List<T>> orders(List<T> items) {
    if (items.isEmpty()) {
      return List.of(List.of());
    }
    List<T> heads = items.size() > MOST_PERMUTED ? items.subList(0, 1) : items;
    List<List<T>> orders = new ArrayList<>();
    for (T first : heads) {
      List<T> others = new ArrayList<>(items);
      others.remove(first);
      for (List<T> rest : orders(others)) {
        List<T> order = new ArrayList<>(List.of(first));
        order.addAll(rest);
        orders.add(order);
      }
    }
    return orders;
  }

  private Plan plan(List<Choice> order) {
    List<Placed> placed = new ArrayList<>();
    double cost = 0;
    for (Choice choice : order) {
      Optional<Placed> best =
          choice.places().stream()
              .filter(label -> placed.stream().noneMatch(other -> collide(label, other)))
              .findFirst();
      cost += best.map(Placed::cost).orElse(MISSING_COST);
      best.ifPresent(placed::add);
    }
    return new Plan(placed, cost);
  }

  private Choice choice(Request request) {
    List<Placed> places = new ArrayList<>();
    for (Rectangle2D box : grid(request.width())) {
      if (obstacles.stream().noneMatch(obstacle -> touches(obstacle, box))) {
        places.add(place(request, box));
      }
    }
    places.sort(Comparator.comparingDouble(Placed::cost));
    return new Choice(places);
  }

  private List<Rectangle2D> grid(double width) {
    double right = frame.getMaxX() - FRAME_CLEARANCE - width;
    double lowest = frame.getMaxY() - FRAME_CLEARANCE - HEIGHT;
    List<Rectangle2D> boxes = new ArrayList<>();
    for (double top = frame.getY() + FRAME_CLEARANCE; top <= lowest; top += STEP) {
      for (double left = frame.getX() + FRAME_CLEARANCE; left <= right; left += STEP) {
        boxes.add(new Rectangle2D.Double(left, top, width, HEIGHT));
      }
    }
    return boxes;
  }

  private static boolean collide(Placed a, Placed b) {
    return touches(a.box(), b.box())
        || (a.needsLeader() && a.leader().intersects(b.box()))
        || (b.needsLeader() && b.leader().intersects(a.box()));
  }

  // Unlike Rectangle2D.intersects, this counts obstacles without width, such as whiskers.
  private static boolean touches(Rectangle2D a, Rectangle2D b) {
    return a.getX() < b.getMaxX()
        && b.getX() < a.getMaxX()
        && a.getY() < b.getMaxY()
        && b.getY() < a.getMaxY();
  }

  private Placed place(Request request, Rectangle2D box) {
    Point2D end =
        new Point2D.Double(
            Math.clamp(request.x(), box.getMinX(), box.getMaxX()),
            Math.clamp(request.y(), box.getMinY(), box.getMaxY()));
    Line2D leader = new Line2D.Double(new Point2D.Double(request.x(), request.y()), end);
    return new Placed(request, box, leader, cost(request, box, leader));
  }

  /// Distance, with a slight preference for the right, the height of the point, and its middle; a
  /// leader across something drawn is the last resort.
  private double cost(Request request, Rectangle2D box, Line2D leader) {
    double leftOf = box.getCenterX() < request.x() ? 3 : 0;
    double below = box.getCenterY() > request.y() + HEIGHT / 2 ? 4 : 0;
    double crossing = length(leader) > NEAR && crosses(request, leader) ? CROSSING_COST : 0;
    return length(leader)
        + leftOf
        + below
        + crossing
        + 0.05 * Math.abs(box.getCenterY() - request.y())
        + 0.02 * Math.abs(box.getCenterX() - request.x());
  }

  private boolean crosses(Request request, Line2D leader) {
    return obstacles.stream()
        .filter(obstacle -> !holds(obstacle, request.x(), request.y()))
        .anyMatch(leader::intersects);
  }

  private static double length(Line2D line) {
    return line.getP1().distance(line.getP2());
  }

  private static boolean holds(Rectangle2D obstacle, double x, double y) {
    return x >= obstacle.getX()
        && x <= obstacle.getMaxX()
        && y >= obstacle.getY() - 0.5
        && y <= obstacle.getMaxY() + 0.5;
  }
}
