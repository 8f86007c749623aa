package dev.halcyon.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.plots.SvgReader.Box;
import dev.halcyon.plots.SvgReader.Text;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Place;
import dev.halcyon.plots.table.Scale;
import dev.halcyon.plots.table.Series;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HeatmapChartTest {
  private static final Pattern RGB = Pattern.compile("rgb\\((\\d+),(\\d+),(\\d+)\\)");
  private static final String GREY = "rgb(196,196,196)";
  private static final List<double[]> VIRIDIS = golden();

  /// matplotlib's table, by `tools/golden/viridis_golden.py`.
  private static List<double[]> golden() {
    try (InputStream stream = HeatmapChartTest.class.getResourceAsStream("viridis.csv")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> Stream.of(line.split(",", -1)).mapToDouble(Double::parseDouble).toArray())
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static LayerTable oneRow(double... values) {
    Map<Place, Double> byPlace = new HashMap<>();
    for (int layer = 0; layer < values.length; layer++) {
      byPlace.put(Place.inLayer(layer, "mlp.down_proj"), values[layer]);
    }
    return new LayerTable(
        List.of(List.of("mlp.down_proj")),
        IntStream.range(0, values.length).boxed().toList(),
        List.of(),
        List.of(new Series("base – code", byPlace)));
  }

  private static SvgReader logarithmic(LayerTable table) {
    return new SvgReader(MadeUpCharts.heatmap(table).figure().svg());
  }

  private static SvgReader linear(LayerTable table, double low, double high) {
    Scale scale = Scale.linearCosine(low, high);
    return new SvgReader(new HeatmapChart("Similarity", "", table, scale).figure().svg());
  }

  /// Fills of the grid's cells, row by row; the bar's steps are lower and swatches narrower.
  private static List<String> cells(SvgReader svg) {
    return svg.boxes().stream()
        .filter(box -> box.shape().getHeight() > 14)
        .sorted(
            Comparator.<Box>comparingDouble(box -> box.shape().getY())
                .thenComparingDouble(box -> box.shape().getX()))
        .map(Box::fill)
        .toList();
  }

  private static void requireViridis(String fill, double position) {
    Matcher matcher = RGB.matcher(fill);
    assertThat(matcher.matches()).as(fill).isTrue();
    int below = (int) Math.min(position * 255, 254);
    double share = position * 255 - below;
    for (int channel = 0; channel < 3; channel++) {
      double from = VIRIDIS.get(below)[channel];
      double to = VIRIDIS.get(below + 1)[channel];
      assertThat(Double.parseDouble(matcher.group(channel + 1)))
          .as("%s at %s", fill, position)
          .isCloseTo(255 * (from + share * (to - from)), within(2.5));
    }
  }

  @Test
  void cellsTakeTheViridisColourOfTheirLogarithm() {
    int layers = 33;
    double[] values =
        IntStream.range(0, layers).mapToDouble(i -> Math.pow(10, -6 + 4.0 * i / 32)).toArray();
    List<String> fills = cells(logarithmic(oneRow(values)));
    assertThat(fills).hasSize(layers);
    for (int i = 0; i < layers; i++) {
      requireViridis(fills.get(i), i / 32.0);
    }
  }

  @Test
  void cellsOfTheCosineScaleAreLinearAndStopAtItsEnds() {
    List<String> fills = cells(linear(oneRow(0.8, 0.85, 0.9, 0.99, 1.0, 0.3), 0.8, 1));
    requireViridis(fills.get(0), 0);
    requireViridis(fills.get(1), 0.25);
    requireViridis(fills.get(2), 0.5);
    requireViridis(fills.get(3), 0.95);
    requireViridis(fills.get(4), 1);
    requireViridis(fills.get(5), 0);
  }

  @Test
  void everyPanelAndTheStripShareOneScale() {
    LayerTable table =
        new LayerTable(
            List.of(List.of("a")),
            List.of(0),
            List.of("lm_head"),
            List.of(
                new Series("one", Map.of(Place.inLayer(0, "a"), 1e-6)),
                new Series(
                    "two",
                    Map.of(Place.inLayer(0, "a"), 1e-4, Place.outsideLayers("lm_head"), 1e-2))));
    List<String> fills = cells(logarithmic(table));
    requireViridis(fills.get(0), 0);
    requireViridis(fills.get(1), 0.5);
    assertThat(fills.get(2)).isEqualTo(GREY);
    requireViridis(fills.get(3), 1);
  }

  @Test
  void missingCellsAreGreyAndExplained() {
    SvgReader svg = logarithmic(oneRow(1e-5, Double.NaN, 1e-3));
    assertThat(cells(svg).get(1)).isEqualTo(GREY);
    assertThat(svg.strings()).contains("no value");
    assertThat(svg.strings()).anyMatch(text -> text.contains("grey: tensor missing"));
  }

  @Test
  void absentPlacesAreMissing() {
    LayerTable table =
        new LayerTable(
            List.of(List.of("a")),
            List.of(0, 1),
            List.of(),
            List.of(new Series("base – code", Map.of(Place.inLayer(1, "a"), 1e-3))));
    assertThat(cells(logarithmic(table)).get(0)).isEqualTo(GREY);
  }

  @Test
  void zerosAreWhiteAndExplainedAndDoNotStretchTheScale() {
    SvgReader svg = logarithmic(oneRow(1e-5, 0, 1e-3, -1e-18));
    List<String> fills = cells(svg);
    requireViridis(fills.get(0), 0);
    assertThat(fills.get(1)).isEqualTo("white");
    requireViridis(fills.get(2), 1);
    assertThat(fills.get(3)).isEqualTo("white");
    assertThat(svg.strings()).contains("exactly 0");
  }

  @Test
  void aTableWithoutZerosOrGapsExplainsNeither() {
    assertThat(logarithmic(oneRow(1e-5, 1e-3)).strings())
        .doesNotContain("exactly 0", "no value")
        .noneMatch(text -> text.contains("grey") || text.contains("white"));
  }

  @Test
  void roundingNoiseFarBelowTheRestIsCutOffAndMarked() {
    List<String> labels = logarithmic(oneRow(1e-25, 1e-5, 1e-2)).strings();
    assertThat(labels).contains("≤ 10⁻¹⁰");
  }

  @Test
  void valuesBeyondTheCosineScaleAreMarked() {
    assertThat(linear(oneRow(0.3, 0.9, 1.2), 0.8, 1).strings()).contains("≤ 0.80", "≥ 1.00");
    assertThat(linear(oneRow(0.81, 0.9, 1 + 1e-7), 0.8, 1).strings())
        .noneMatch(text -> text.contains("≤") || text.contains("≥"));
  }

  @Test
  void groupsAreRuledApart() {
    LayerTable table = MadeUpCharts.table(MadeUpCharts.LLAMA, 4, List.of(), MadeUpCharts.pairs(1));
    List<Double> tops =
        logarithmic(table).boxes().stream()
            .filter(box -> box.shape().getHeight() > 14)
            .map(box -> box.shape().getY())
            .distinct()
            .sorted()
            .toList();
    double rowHeight = tops.get(2) - tops.get(1);
    List<Boolean> ruled =
        IntStream.range(1, tops.size())
            .mapToObj(row -> tops.get(row) - tops.get(row - 1) > rowHeight + 1)
            .toList();
    assertThat(ruled).containsExactly(true, false, false, false, true, true, false, false);
  }

  @Test
  void cellsLieOnWholePixels() {
    LayerTable table =
        MadeUpCharts.table(
            MadeUpCharts.WITH_BIASES, 37, MadeUpCharts.OUTSIDE, MadeUpCharts.pairs(6));
    assertThat(logarithmic(table).boxes())
        .allSatisfy(box -> {
          assertThat(box.shape().getX() % 1).isZero();
          assertThat(box.shape().getY() % 1).isZero();
          assertThat(box.shape().getWidth() % 1).isZero();
          assertThat(box.shape().getHeight() % 1).isZero();
        });
  }

  @Test
  void panelsStandSideBySideUpToFortyLayersAndStackedAbove() {
    assertThat(titleRows(40, 3)).isEqualTo(1);
    assertThat(titleRows(41, 3)).isEqualTo(3);
    assertThat(titleRows(32, 6)).isEqualTo(2);
    assertThat(titleRows(80, 28)).isEqualTo(14);
  }

  private static long titleRows(int layers, int pairs) {
    List<String> labels = MadeUpCharts.pairs(pairs);
    LayerTable table = MadeUpCharts.table(MadeUpCharts.LLAMA, layers, List.of(), labels);
    return logarithmic(table).texts().stream()
        .filter(text -> labels.contains(text.text()))
        .map(text -> text.box().getY())
        .distinct()
        .count();
  }

  @Test
  void layersAreNumberedInFoursWhereOnesHaveNoRoom() {
    LayerTable table = MadeUpCharts.table(MadeUpCharts.LLAMA, 32, List.of(), MadeUpCharts.pairs(3));
    List<String> numbers =
        logarithmic(table).strings().stream().filter(text -> text.matches("\\d+")).toList();
    assertThat(numbers.subList(0, 8)).containsExactly("0", "4", "8", "12", "16", "20", "24", "28");
    assertThat(numbers).hasSize(24);
  }

  @Test
  void tensorsOutsideTheLayersHaveTheirValuesWritten() {
    LayerTable table =
        new LayerTable(
            List.of(),
            List.of(),
            List.of("embed_tokens", "norm", "lm_head"),
            List.of(
                new Series(
                    "base – code",
                    Map.of(
                        Place.outsideLayers("embed_tokens"),
                        3.2e-5,
                        Place.outsideLayers("norm"),
                        0.0))));
    assertThat(logarithmic(table).strings())
        .containsSubsequence("embed_tokens", "norm", "lm_head")
        .contains("3.2·10⁻⁵", "0", "no value");
  }

  @Test
  void longLabelsLoseTheirMiddleAndKeepTheirFullText() {
    String name = "a.very.long.module.path.that.goes.on.and.on.and.on.self_attn.q_proj.weight";
    LayerTable table =
        new LayerTable(
            List.of(List.of(name)),
            List.of(0),
            List.of(),
            List.of(new Series("base – code", Map.of(Place.inLayer(0, name), 1e-3))));
    Text label =
        logarithmic(table).texts().stream()
            .filter(text -> text.title().equals(name))
            .findFirst()
            .orElseThrow();
    assertThat(label.text()).startsWith("a.very.").endsWith("proj.weight").contains("…");
    assertThat(label.text().length()).isLessThan(name.length());
  }
}
