package dev.halcyon.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.halcyon.plots.figure.Figure;
import dev.halcyon.plots.figure.FigureTooLargeException;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Place;
import dev.halcyon.plots.table.Scale;
import dev.halcyon.plots.table.Series;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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
    List<Series> series =
        IntStream.range(0, 6000)
            .mapToObj(pair -> new Series("pair " + pair, Map.of(Place.inLayer(0, "a"), 1e-3)))
            .toList();
    LayerTable table = new LayerTable(List.of(List.of("a")), List.of(0), List.of(), series);
    assertThatExceptionOfType(FigureTooLargeException.class)
        .isThrownBy(() -> MadeUpCharts.heatmap(table).figure())
        .withMessageContaining("Weight change by layer and component")
        .withMessageContaining("fewer series or components make it smaller");
  }

  @Test
  void hostileLabelsAreDrawnAsPlainText() throws IOException {
    String label = "a<script>&amp;\"'\u0000\n\uD800\uFFFE模型🙂 − \u202Ex";
    LayerTable table =
        new LayerTable(
            List.of(List.of(label)),
            List.of(0),
            List.of(label + label + label + label),
            List.of(new Series(label, Map.of(Place.inLayer(0, label), 1e-3))));
    HeatmapChart chart = new HeatmapChart(label, label, table, Scale.logDistance());
    SvgReader svg = new SvgReader(chart.figure().svg());
    assertThat(svg.elements("script")).isEmpty();
    assertThat(svg.strings()).contains("a<script>&amp;\"'  ��模型🙂 − �x");
    assertThat(ImageIO.read(new ByteArrayInputStream(chart.figure().png()))).isNotNull();
  }

  @Test
  void svgTextIsTextInAFontFamilyWithoutQuotes() {
    SvgReader svg = new SvgReader(heatmap(8, 3).figure().svg());
    assertThat(svg.strings()).contains("self_attn.q_proj", "base – code");
    assertThat(svg.elements("text"))
        .allSatisfy(text ->
            assertThat(SvgReader.inherited(text, "font-family"))
                .startsWith("DejaVu Sans,")
                .doesNotContain("'", "\""));
    assertThat(svg.root().getAttribute("viewBox"))
        .isEqualTo("0 0 %.0f %.0f".formatted(svg.width(), svg.height()));
  }
}
