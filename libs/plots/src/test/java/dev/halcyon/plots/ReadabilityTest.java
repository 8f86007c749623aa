package dev.halcyon.plots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.plots.SvgReader.Box;
import dev.halcyon.plots.SvgReader.Text;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Scale;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever is drawn, its text can be read: none overlaps, covers data, is small or leaves the
/// canvas.
class ReadabilityTest {
  private static final String LONG =
      "organisation/a-model-with-a-very-long-name-70b-instruct-v0.3-checkpoint-";

  private static final Map<String, List<List<String>>> COMPONENTS = components();

  private static Map<String, List<List<String>>> components() {
    Map<String, List<List<String>>> components = new LinkedHashMap<>();
    components.put("one component", List.of(List.of("mlp.down_proj")));
    components.put("llama", MadeUpCharts.LLAMA);
    components.put("biases", MadeUpCharts.WITH_BIASES);
    components.put(
        "long names",
        List.of(List.of(LONG + "self_attn.q_proj.weight", LONG + "self_attn.k_proj.weight")));
    return components;
  }

  static Stream<Arguments> tables() {
    List<Arguments> tables = new ArrayList<>();
    for (int layers : List.of(1, 2, 8, 32, 40, 41, 80, 126)) {
      for (int pairs : List.of(1, 3, 7)) {
        tables.add(arguments("llama", layers, pairs, MadeUpCharts.OUTSIDE));
      }
    }
    for (String components : COMPONENTS.keySet()) {
      for (int layers : List.of(2, 24, 80)) {
        tables.add(arguments(components, layers, 2, List.of()));
        tables.add(arguments(components, layers, 4, List.of("lm_head", LONG + "embed_tokens")));
      }
    }
    for (int layers : List.of(2, 32, 80, 126)) {
      tables.add(arguments("one component", layers, 28, MadeUpCharts.OUTSIDE));
    }
    tables.add(arguments("llama", 32, 28, MadeUpCharts.OUTSIDE));
    return tables.stream();
  }

  private static Arguments arguments(
      String components, int layers, int pairs, List<String> outside) {
    return Arguments.of(components, layers, pairs, outside);
  }

  private static LayerTable table(String components, int layers, int pairs, List<String> outside) {
    List<String> labels =
        MadeUpCharts.pairs(pairs).stream()
            .map(label -> components.equals("long names") ? LONG + label : label)
            .toList();
    return MadeUpCharts.table(COMPONENTS.get(components), layers, outside, labels);
  }

  @ParameterizedTest(name = "{0}, {1} layers, {2} pairs, outside {3}")
  @MethodSource("tables")
  void heatmapsCanBeRead(String components, int layers, int pairs, List<String> outside) {
    requireReadable(MadeUpCharts.heatmap(table(components, layers, pairs, outside)));
  }

  @ParameterizedTest(name = "{0}, {1} layers, {2} pairs, outside {3}")
  @MethodSource("tables")
  void lineChartsCanBeRead(String components, int layers, int pairs, List<String> outside) {
    requireReadable(MadeUpCharts.lines(table(components, layers, pairs, outside)));
  }

  static Stream<LayerTable> unusualTables() {
    LayerTable plain =
        MadeUpCharts.table(MadeUpCharts.LLAMA, 24, MadeUpCharts.OUTSIDE, MadeUpCharts.pairs(3));
    return Stream.of(
        MadeUpCharts.mapped(plain, (_, _, _) -> 0),
        MadeUpCharts.mapped(plain, (_, _, _) -> Double.NaN),
        MadeUpCharts.mapped(plain, (_, _, _) -> 3.3e-5),
        MadeUpCharts.mapped(plain, (_, _, value) -> value < 1e-4 ? 0 : value),
        MadeUpCharts.mapped(plain, (_, place, value) -> place.layer().isEmpty() ? 1e-30 : value),
        MadeUpCharts.mapped(plain, (_, _, value) -> -value),
        MadeUpCharts.table(List.of(), 0, MadeUpCharts.OUTSIDE, MadeUpCharts.pairs(3)));
  }

  @ParameterizedTest
  @MethodSource("unusualTables")
  void unusualValuesCanBeRead(LayerTable table) {
    requireReadable(MadeUpCharts.heatmap(table));
    requireReadable(MadeUpCharts.lines(table));
    for (Scale scale : List.of(Scale.linearCosine(0.8, 1), Scale.linearCosine(-1, 1))) {
      requireReadable(new HeatmapChart("Similarity", "", table, scale));
      requireReadable(new LineChart("Similarity", "", table, scale));
    }
  }

  @ParameterizedTest(name = "{0} layers")
  @ValueSource(ints = {1, 2, 3, 8, 24, 32, 40, 41, 80, 126})
  void fisherChartsCanBeRead(int layers) {
    requireReadable(MadeUpCharts.fisher(layers));
  }

  private static void requireReadable(Chart chart) {
    SvgReader svg = new SvgReader(chart.figure().svg());
    List<Text> texts = svg.texts();
    assertThat(texts).isNotEmpty();
    Rectangle2D canvas = new Rectangle2D.Double(0, 0, svg.width(), svg.height());
    for (Text text : texts) {
      assertThat(text.size()).as(text.text()).isGreaterThanOrEqualTo(10);
      assertThat(canvas.contains(text.box())).as("%s on the canvas", text).isTrue();
    }
    requireApart(texts);
    requireOffTheData(texts, svg.boxes());
  }

  private static void requireApart(List<Text> texts) {
    for (int i = 0; i < texts.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (texts.get(i).box().intersects(texts.get(j).box())) {
          throw new AssertionError(texts.get(i) + " overlaps " + texts.get(j));
        }
      }
    }
  }

  private static void requireOffTheData(List<Text> texts, List<Box> boxes) {
    for (Box box : boxes) {
      if (!box.fill().equals("white")) {
        for (Text text : texts) {
          if (text.box().intersects(box.shape())) {
            throw new AssertionError(text + " covers " + box);
          }
        }
      }
    }
  }
}
