package dev.halcyon.plots;

import dev.halcyon.plots.DivergenceChart.Slot;
import dev.halcyon.plots.axis.LayerTicks;
import dev.halcyon.plots.figure.Drawing;
import dev.halcyon.plots.figure.Drawing.Anchor;
import dev.halcyon.plots.figure.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Horizontal places of groups of bars: layers at an even pitch, what stands apart from them in
/// wider slots that hold their names, with a gap between.
final class SlotLayout {
  private static final double INSET = 8;
  private static final double APART = 12;
  private static final double WIDEST_NAME = 90;
  private static final double NAME_GAP = 10;
  private static final double WIDEST_BAR = 22;
  private static final double NARROWEST_BAR = 3;
  private static final double TARGET = 640;

  private final List<Slot> slots;
  private final int series;
  private final double pitch;
  private final List<Double> middles = new ArrayList<>();
  private final double width;

  /// @param series bars in a slot
  SlotLayout(List<Slot> slots, int series) {
    this.slots = slots;
    this.series = series;
    int layers = (int) slots.stream().filter(SlotLayout::isLayer).count();
    double narrowest = series * NARROWEST_BAR / 0.78;
    this.pitch = Math.max(narrowest, Math.min(TARGET / Math.max(1, layers), 64));
    this.width = place();
  }

  double width() {
    return width;
  }

  double barWidth() {
    return Math.min(WIDEST_BAR, pitch * 0.78 / series);
  }

  /// Middle of a bar, right of the frame's left edge.
  double bar(int slot, int number) {
    return middles.get(slot) + (number - (series - 1) / 2.0) * barWidth();
  }

  /// Writes what the slots are below a panel.
  void drawNames(Drawing drawing, double left, double bottom) {
    List<Integer> layers =
        IntStream.range(0, slots.size()).filter(i -> isLayer(slots.get(i))).boxed().toList();
    List<Integer> numbers = layers.stream().map(i -> slots.get(i).layer().getAsInt()).toList();
    for (int index : LayerTicks.indices(numbers, pitch)) {
      double x = left + middles.get(layers.get(index));
      drawing.text("" + numbers.get(index), x, bottom + 16, TextStyle.TICK, Anchor.MIDDLE);
    }
    for (int i = 0; i < slots.size(); i++) {
      if (!isLayer(slots.get(i))) {
        drawing.text(
            slots.get(i).name(),
            left + middles.get(i),
            bottom + 16,
            TextStyle.TICK,
            Anchor.MIDDLE,
            slot(slots.get(i)) - NAME_GAP + 0.5);
      }
    }
    if (!layers.isEmpty()) {
      double middle = (middles.get(layers.getFirst()) + middles.get(layers.getLast())) / 2;
      drawing.text("Layer", left + middle, bottom + 37, TextStyle.AXIS_TITLE, Anchor.MIDDLE);
    }
  }

  private static boolean isLayer(Slot slot) {
    return slot.layer().isPresent();
  }

  private double slot(Slot slot) {
    if (isLayer(slot)) {
      return pitch;
    }
    return Math.max(pitch, Math.min(TextStyle.TICK.width(slot.name()), WIDEST_NAME) + NAME_GAP);
  }

  private double place() {
    double x = INSET;
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      if (i > 0 && isLayer(slot) != isLayer(slots.get(i - 1))) {
        x += APART;
      }
      middles.add(x + slot(slot) / 2);
      x += slot(slot);
    }
    return Math.max(420, Math.ceil(x + INSET));
  }
}
