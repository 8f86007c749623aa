package dev.halcyon.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class FigureTest {
  private static HeatmapChart heatmap(int layers, int pairs) {
    return MadeUpCharts.heatmap(
        MadeUpCharts.table(
            MadeUpCharts.LLAMA, layers, MadeUpCharts.OUTSIDE, MadeUpCharts.pairs(pairs)));
  }

  @Test
  void pngIsTwiceTheLogicalSize() throws IOException {
    Figure figure = heatmap(8, 3).figure();
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(figure.png()));
    assertThat(image.getWidth()).isEqualTo(2 * figure.width());
    assertThat(image.getHeight()).isEqualTo(2 * figure.height());
  }

  @Test
  void sameChartGivesTheSameBytes() {
    List<Chart> charts =
        List.of(
            heatmap(32, 3), MadeUpCharts.lines(heatmap(32, 3).table()), MadeUpCharts.fisher(32));
    for (Chart chart : charts) {
      assertThat(chart.figure().png()).isEqualTo(chart.figure().png());
      assertThat(chart.figure().svg()).isEqualTo(chart.figure().svg());
    }
  }

  @Test
  void refusesAFigureThatWouldNotFitIntoMemory() {
    List<String> labels = IntStream.range(0, 500).mapToObj(pair -> "pair " + pair).toList();
    LayerTable table =
        MadeUpCharts.table(MadeUpCharts.WITH_BIASES, 60, MadeUpCharts.OUTSIDE, labels);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MadeUpCharts.heatmap(table).figure())
        .withMessageContaining("Weight change by layer and component")
        .withMessageContaining("draw fewer series or components");
  }
}
