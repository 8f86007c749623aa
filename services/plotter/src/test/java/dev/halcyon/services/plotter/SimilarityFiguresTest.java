package dev.halcyon.services.plotter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.analysis.fixture.MadeUpReport;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.request.Rendering;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.TensorRow;
import dev.halcyon.plots.HeatmapChart;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Place;
import dev.halcyon.plots.table.Series;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SimilarityFiguresTest {
  private static Rendering rendering(String... labels) {
    return new Rendering(List.of(labels), Optional.empty());
  }

  private static HeatmapChart chart(Report report, Rendering rendering) {
    return (HeatmapChart) new SimilarityFigures(report, rendering).heatmaps();
  }

  private static LayerTable table(Report report) {
    return chart(report, rendering(names(report.models().size()))).table();
  }

  private static String[] names(int models) {
    return ModelName.all(models).toArray(String[]::new);
  }

  /// All that is written in the figure, line after line.
  private static String words(Report report, Rendering rendering) {
    String svg = new String(chart(report, rendering).figure().svg(), UTF_8);
    return Pattern.compile("<text[^>]*>([^<]*)</text>")
        .matcher(svg)
        .results()
        .map(text -> text.group(1))
        .collect(Collectors.joining(" "));
  }

  private static MadeUpReport experts(int count) {
    MadeUpReport report = new MadeUpReport(2);
    for (int layer = 0; layer < 2; layer++) {
      report.tensor("model.layers." + layer + ".mlp.gate.weight", (long) count, 4L);
      for (int expert = 0; expert < count; expert++) {
        report.tensor(
            "model.layers.%d.mlp.experts.%d.up_proj.weight".formatted(layer, expert), 8L, 4L);
      }
    }
    return report;
  }

  @Test
  void componentsAreGroupedInTheOrderOfTheForwardPass() {
    Report report =
        new MadeUpReport(2)
            .tensor("model.layers.0.mlp.up_proj.weight", 8L, 4L)
            .tensor("model.layers.0.input_layernorm.weight", 4L)
            .tensor("model.layers.0.self_attn.q_proj.weight", 4L, 4L)
            .tensor("model.layers.0.self_attn.q_proj.bias", 4L)
            .tensor("lm_head.weight", 9L, 4L)
            .report();

    assertThat(table(report).componentGroups())
        .containsExactly(
            List.of("input_layernorm"),
            List.of("self_attn.q_proj", "self_attn.q_proj.bias"),
            List.of("mlp.up_proj"));
    assertThat(table(report).outsideLayers()).containsExactly("lm_head");
  }

  @Test
  void aFewExpertsHaveRowsOfTheirOwn() {
    assertThat(table(experts(16).report()).components())
        .hasSize(17)
        .contains("mlp.experts.0.up_proj", "mlp.experts.15.up_proj");
  }

  @Test
  void manyExpertsShareARowWithTheirMean() {
    Report report = experts(17).report();

    LayerTable table = table(report);

    assertThat(table.components()).containsExactly("mlp.gate", "mlp.experts.*.up_proj");
    double mean =
        report.results().stream()
            .filter(row -> row.tensorKey().startsWith("model.layers.1.mlp.experts."))
            .mapToDouble(SimilarityFiguresTest::distance)
            .average()
            .orElseThrow();
    assertThat(table.series().getFirst().value(Place.inLayer(1, "mlp.experts.*.up_proj")))
        .isCloseTo(mean, within(1e-15));
    assertThat(words(report, rendering("base", "ft1")))
        .contains("experts.*: mean over the experts");
  }

  private static double distance(TensorRow row) {
    return row.similarity().pairs().getFirst().distance();
  }

  @Test
  void ofVeryManyPairsThoseWithTheBaseAreDrawn() {
    Report seven = new MadeUpReport(8).tensor("model.layers.0.mlp.up_proj.weight", 8L, 4L).report();
    Report eight = new MadeUpReport(9).tensor("model.layers.0.mlp.up_proj.weight", 8L, 4L).report();

    assertThat(table(seven).series()).hasSize(28);
    assertThat(table(eight).series())
        .extracting(Series::label)
        .hasSize(8)
        .allMatch(label -> label.startsWith("base – "));
    assertThat(words(eight, rendering(names(9)))).contains("pairs with the base only");
  }

  @Test
  void labelsWithoutRoomMakeWayForPlacesWithAKeyToThem() {
    Report report =
        new MadeUpReport(3).tensor("model.layers.0.mlp.up_proj.weight", 8L, 4L).report();

    String roomy = words(report, rendering("base", "code", "chat"));
    String tight =
        words(
            report, rendering("base", "organisation/a-long-name-1", "organisation/a-long-name-2"));

    assertThat(roomy).contains("code – chat").doesNotContain("ft1");
    assertThat(tight)
        .contains(
            "ft1 – ft2", "ft1 is organisation/a-long-name-1", "ft2 is organisation/a-long-name-2")
        .doesNotContain("base is");
  }

  @Test
  void aFigureOfTooManyPartsIsLeftOutWithANote() {
    MadeUpReport report = new MadeUpReport(2);
    for (int i = 0; i < 300; i++) {
      report.tensor("model.layers.0.block_" + i + ".weight", 8L, 4L);
    }

    ResultFiles files = ResultFiles.of(report.report(), new byte[0], rendering("base", "ft1"));

    assertThat(files.contents()).containsKeys("similarity_results.csv", "similarity_heatmaps.png");
    assertThat(files.contents()).doesNotContainKey("similarity_lineplot.png");
    assertThat(files.notes())
        .singleElement()
        .asString()
        .startsWith("similarity_lineplot is omitted: ")
        .contains("pixels is larger than");
  }
}
