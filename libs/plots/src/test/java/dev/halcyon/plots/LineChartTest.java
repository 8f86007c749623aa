package dev.halcyon.plots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Place;
import dev.halcyon.plots.table.Scale;
import dev.halcyon.plots.table.Series;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class LineChartTest {
  private static final String BLUE = "rgb(0,114,178)";

  private static LayerTable oneLine(List<Integer> layers, Map<Integer, Double> values) {
    Map<Place, Double> byPlace = new HashMap<>();
    values.forEach((layer, value) -> byPlace.put(Place.inLayer(layer, "mlp.down_proj"), value));
    return new LayerTable(
        List.of(List.of("mlp.down_proj")),
        layers,
        List.of(),
        List.of(new Series("base – code", byPlace)));
  }

  private static SvgReader read(LayerTable table) {
    return new SvgReader(MadeUpCharts.lines(table).figure().svg());
  }

  /// The path of the only line.
  private static String path(SvgReader svg) {
    List<Element> paths =
        svg.elements("path").stream()
            .filter(path -> SvgReader.inherited(path, "stroke").equals(BLUE))
            .filter(path -> SvgReader.inherited(path, "fill").equals("none"))
            .toList();
    assertThat(paths).hasSize(1);
    return paths.getFirst().getAttribute("d");
  }

  private static long count(String path, char command) {
    return path.chars().filter(c -> c == command).count();
  }

  @Test
  void aLineJoinsTheLayers() {
    String path =
        path(read(oneLine(List.of(0, 1, 2, 3), Map.of(0, 1e-3, 1, 2e-3, 2, 1e-4, 3, 1e-5))));
    assertThat(count(path, 'M')).isEqualTo(1);
    assertThat(count(path, 'L')).isEqualTo(3);
  }

  @Test
  void aLineBreaksWhereALayerIsMissing() {
    Map<Integer, Double> values = Map.of(0, 1e-3, 1, 2e-3, 3, 1e-4, 4, 1e-5);
    String path = path(read(oneLine(List.of(0, 1, 2, 3, 4), values)));
    assertThat(count(path, 'M')).isEqualTo(2);
    assertThat(count(path, 'L')).isEqualTo(2);
  }

  @Test
  void aLineBreaksWhereTheTableSkipsALayer() {
    Map<Integer, Double> values = Map.of(0, 1e-3, 1, 2e-3, 5, 1e-4, 6, 1e-5);
    assertThat(count(path(read(oneLine(List.of(0, 1, 5, 6), values))), 'M')).isEqualTo(2);
  }

  @Test
  void zerosHaveALaneThatNoLineEnters() {
    Map<Integer, Double> values = Map.of(0, 1e-3, 1, 2e-3, 2, 0.0, 3, 0.0, 4, 1e-5);
    SvgReader svg = read(oneLine(List.of(0, 1, 2, 3, 4), values));
    assertThat(count(path(svg), 'M')).isEqualTo(3);
    assertThat(svg.strings()).contains("0").anyMatch(text -> text.contains("exactly 0"));
  }

  @Test
  void everyPointOfAShortLineHasItsMarker() {
    SvgReader svg = read(oneLine(List.of(0, 1, 2), Map.of(0, 1e-3, 1, 2e-3, 2, 1e-4)));
    long inLegend = 1;
    assertThat(svg.elements("circle")).hasSize((int) (3 + inLegend));
  }

  @Test
  void aLonePointBetweenGapsHasItsMarkerHoweverDenseTheLayers() {
    Map<Integer, Double> values = new HashMap<>();
    for (int layer = 0; layer < 400; layer++) {
      values.put(layer, 1e-3);
    }
    List<Integer> layers = values.keySet().stream().sorted().toList();
    assertThat(markers(layers, values)).hasSizeLessThan(200);
    List<Double> alone = markers(layers, Map.of(101, 1e-3));
    assertThat(alone).hasSize(1);
    values.keySet().removeAll(List.of(100, 102));
    assertThat(markers(layers, values)).containsAll(alone);
  }

  /// Horizontal places of the markers, the legend's aside.
  private static List<Double> markers(List<Integer> layers, Map<Integer, Double> values) {
    return read(oneLine(layers, values)).elements("circle").stream()
        .skip(1)
        .map(circle -> Double.parseDouble(circle.getAttribute("cx")))
        .toList();
  }

  @Test
  void fortyTwoLinesAllDiffer() {
    Set<SeriesStyle> styles = new HashSet<>();
    for (int i = 0; i < 42; i++) {
      styles.add(SeriesStyle.of(i));
    }
    assertThat(styles).hasSize(42);
  }

  @Test
  void allPanelsShareTheVerticalAxis() {
    LayerTable table = MadeUpCharts.table(MadeUpCharts.LLAMA, 8, List.of(), MadeUpCharts.pairs(3));
    List<String> labels =
        read(table).strings().stream().filter(text -> text.startsWith("10")).toList();
    assertThat(labels).hasSize(3 * labels.stream().distinct().toList().size());
  }

  @Test
  void valuesBeyondTheCosineScaleStayInThePanelAndAreExplained() {
    LayerTable table = oneLine(List.of(0, 1), Map.of(0, 0.1, 1, 0.95));
    SvgReader svg =
        new SvgReader(
            new LineChart("Similarity", "", table, Scale.linearCosine(0.8, 1)).figure().svg());
    assertThat(svg.strings()).anyMatch(text -> text.contains("beyond the axis"));
    assertThat(svg.elements("circle"))
        .allSatisfy(circle ->
            assertThat(Double.parseDouble(circle.getAttribute("cy"))).isBetween(0.0, svg.height()));
  }

  @Test
  void aPanelWithoutValuesSaysSo() {
    assertThat(read(oneLine(List.of(0, 1), Map.of())).strings()).contains("no values");
  }
}
