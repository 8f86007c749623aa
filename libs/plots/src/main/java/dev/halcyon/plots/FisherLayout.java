package dev.halcyon.plots;

import dev.halcyon.plots.FisherChart.Share;
import dev.halcyon.plots.figure.TextStyle;
import java.util.ArrayList;
import java.util.List;

/// Horizontal places of the shares: layers at an even pitch, what stands apart from them in wider
/// slots that hold their names, with a gap between.
final class FisherLayout {
  private static final double INSET = 8;
  private static final double APART = 12;
  private static final double WIDEST_NAME = 90;
  private static final double NAME_GAP = 10;
  private static final double WIDEST_BAR = 30;

  private final List<Share> shares;
  private final double pitch;
  private final List<Double> middles = new ArrayList<>();
  private final double width;

  FisherLayout(List<Share> shares) {
    this.shares = shares;
    this.pitch = pitch((int) shares.stream().filter(FisherLayout::isLayer).count());
    this.width = place();
  }

  /// Width of the frame.
  double width() {
    return width;
  }

  /// Middle of a share's slot, right of the frame's left edge.
  double middle(int index) {
    return middles.get(index);
  }

  double pitch() {
    return pitch;
  }

  double barWidth() {
    return Math.min(WIDEST_BAR, Math.max(1, pitch * 0.78));
  }

  /// Pixels for the name of a share that stands apart.
  double nameRoom(int index) {
    return slot(shares.get(index)) - NAME_GAP;
  }

  static boolean isLayer(Share share) {
    return share.layer().isPresent();
  }

  boolean sideBySide() {
    return HeatmapLayout.sideBySide((int) shares.stream().filter(FisherLayout::isLayer).count());
  }

  private static double pitch(int layers) {
    double target = HeatmapLayout.sideBySide(layers) ? 400 : 860;
    return Math.clamp(target / Math.max(1, layers), 5, 56);
  }

  private double slot(Share share) {
    if (isLayer(share)) {
      return pitch;
    }
    return Math.max(pitch, Math.min(TextStyle.TICK.width(share.name()), WIDEST_NAME) + NAME_GAP);
  }

  private double place() {
    double x = INSET;
    for (int i = 0; i < shares.size(); i++) {
      Share share = shares.get(i);
      if (i > 0 && isLayer(share) != isLayer(shares.get(i - 1))) {
        x += APART;
      }
      middles.add(x + slot(share) / 2);
      x += slot(share);
    }
    return Math.max(240, Math.ceil(x + INSET));
  }
}
