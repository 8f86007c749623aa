package dev.halcyon.plots.figure;

import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/// Shapes that tell lines apart where colours do not. All look about equally large.
public enum Marker {
  CIRCLE {
    @Override
    public Shape at(double x, double y, double radius) {
      return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }
  },
  SQUARE {
    @Override
    public Shape at(double x, double y, double radius) {
      // A polygon: the SVG snaps rectangles to whole pixels, which suits cells but not markers.
      double half = radius * 0.9;
      return polygon(
          x - half, y - half, x + half, y - half, x + half, y + half, x - half, y + half);
    }
  },
  TRIANGLE {
    @Override
    public Shape at(double x, double y, double radius) {
      double reach = radius * 1.3;
      return polygon(
          x, y - reach, x + reach * 0.9, y + reach * 0.65, x - reach * 0.9, y + reach * 0.65);
    }
  },
  DIAMOND {
    @Override
    public Shape at(double x, double y, double radius) {
      double reach = radius * 1.3;
      return polygon(x, y - reach, x + reach, y, x, y + reach, x - reach, y);
    }
  },
  INVERTED_TRIANGLE {
    @Override
    public Shape at(double x, double y, double radius) {
      double reach = radius * 1.3;
      return polygon(
          x, y + reach, x + reach * 0.9, y - reach * 0.65, x - reach * 0.9, y - reach * 0.65);
    }
  },
  PLUS {
    @Override
    public Shape at(double x, double y, double radius) {
      double reach = radius * 1.25;
      double arm = radius * 0.42;
      Path2D path = new Path2D.Double(Path2D.WIND_NON_ZERO);
      path.append(new Rectangle2D.Double(x - reach, y - arm, 2 * reach, 2 * arm), false);
      path.append(new Rectangle2D.Double(x - arm, y - reach, 2 * arm, 2 * reach), false);
      return path;
    }
  };

  /// The shape about (x, y).
  public abstract Shape at(double x, double y, double radius);

  private static Shape polygon(double... points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points[0], points[1]);
    for (int i = 2; i < points.length; i += 2) {
      path.lineTo(points[i], points[i + 1]);
    }
    path.closePath();
    return path;
  }
}
