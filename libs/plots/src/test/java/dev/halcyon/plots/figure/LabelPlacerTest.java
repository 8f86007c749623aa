package dev.halcyon.plots.figure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.plots.figure.LabelPlacer.Request;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LabelPlacerTest {
  private static final int MANY = 14;

  private final Drawing drawing = new Drawing();
  private final LabelPlacer placer = new LabelPlacer(new Rectangle2D.Double(0, 0, 500, 300));

  private static List<Request> requests(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Request("label " + i, 20 + 30 * i, 150))
        .toList();
  }

  private List<Mark> labels() {
    return drawing.finish("labels", 500, 300).marks().stream()
        .filter(Mark.Label.class::isInstance)
        .toList();
  }

  /// All orders of them would be 87 thousand millions.
  @Test
  @Timeout(60)
  void manyLabelsAreAllPlaced() {
    placer.place(drawing, requests(MANY));

    assertThat(labels()).hasSize(MANY);
  }

  @Test
  void aLabelWithoutRoomIsLeftOut() {
    placer.avoid(new Rectangle2D.Double(0, 0, 500, 300));

    placer.place(drawing, requests(2));

    assertThat(labels()).isEmpty();
  }
}
