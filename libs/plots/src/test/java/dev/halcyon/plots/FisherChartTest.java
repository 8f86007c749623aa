package dev.halcyon.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.plots.FisherChart.Share;
import dev.halcyon.plots.SvgReader.Box;
import java.util.List;
import org.junit.jupiter.api.Test;

class FisherChartTest {
  private static final String BLUE = "rgb(0,114,178)";
  private static final String VERMILION = "rgb(213,94,0)";

  private static SvgReader read(Share... shares) {
    return new SvgReader(new FisherChart("Shares", "", List.of(shares)).figure().svg());
  }

  private static List<Box> bars(SvgReader svg) {
    return svg.boxes().stream()
        .filter(box -> box.fill().equals(BLUE) || box.fill().equals(VERMILION))
        .toList();
  }

  private static final Share[] SHARES = {
    Share.outsideLayers("embeddings", 0.05, 0.01),
    Share.ofLayer(0, 0.10, 0.02),
    Share.ofLayer(1, 0.40, 0.05),
    Share.ofLayer(2, 0.20, 0.25),
    Share.ofLayer(3, 0.05, 0.01),
    Share.outsideLayers("final_norm", 0.04, 0.01),
    Share.outsideLayers("lm_head", 0.16, 0.01),
  };

  @Test
  void barsAreAsHighAsTheirShares() {
    List<Box> bars = bars(read(SHARES));
    assertThat(bars).hasSize(SHARES.length);
    double perShare = bars.get(2).shape().getHeight() / 0.40;
    double bottom = bars.get(2).shape().getMaxY();
    for (int i = 0; i < SHARES.length; i++) {
      assertThat(bars.get(i).shape().getHeight())
          .isCloseTo(perShare * SHARES[i].share(), within(0.01));
      assertThat(bars.get(i).shape().getMaxY()).isCloseTo(bottom, within(0.01));
    }
  }

  @Test
  void theThreeLargestAreNamedInBothPanelsAndStandOut() {
    SvgReader svg = read(SHARES);
    for (String label : List.of("layer 1: 40.0 %", "layer 2: 20.0 %", "lm_head: 16.0 %")) {
      assertThat(svg.strings().stream().filter(label::equals)).as(label).hasSize(2);
    }
    assertThat(svg.strings()).noneMatch(text -> text.startsWith("layer 0:"));
    assertThat(bars(svg).stream().map(Box::fill))
        .containsExactly(BLUE, BLUE, VERMILION, VERMILION, BLUE, BLUE, VERMILION);
  }

  @Test
  void whatIsOutsideTheLayersStandsApart() {
    List<Double> middles =
        bars(read(SHARES)).stream().map(box -> box.shape().getCenterX()).toList();
    double pitch = middles.get(2) - middles.get(1);
    assertThat(middles.get(1) - middles.get(0)).isGreaterThan(pitch + 10);
    assertThat(middles.get(3) - middles.get(2)).isCloseTo(pitch, within(0.01));
    assertThat(middles.get(5) - middles.get(4)).isGreaterThan(pitch + 10);
  }

  @Test
  void whiskersSpanOneStandardErrorEitherSide() {
    SvgReader svg = read(SHARES);
    Box bar = bars(svg).get(2);
    double perShare = bar.shape().getHeight() / 0.40;
    List<double[]> whiskers =
        svg.elements("line").stream()
            .map(line -> number(line.getAttribute("x1"), line.getAttribute("x2"), line))
            .filter(
                line -> Math.abs(line[0] - bar.shape().getCenterX()) < 0.01 && line[0] == line[1])
            .toList();
    assertThat(whiskers).hasSize(1);
    double high = Math.min(whiskers.getFirst()[2], whiskers.getFirst()[3]);
    double low = Math.max(whiskers.getFirst()[2], whiskers.getFirst()[3]);
    assertThat(bar.shape().getY() - high).isCloseTo(0.05 * perShare, within(0.05));
    assertThat(low - bar.shape().getY()).isCloseTo(0.05 * perShare, within(0.05));
  }

  private static double[] number(String x1, String x2, org.w3c.dom.Element line) {
    return new double[] {
      Double.parseDouble(x1),
      Double.parseDouble(x2),
      Double.parseDouble(line.getAttribute("y1")),
      Double.parseDouble(line.getAttribute("y2"))
    };
  }

  @Test
  void panelsAreStackedAboveFortyLayers() {
    assertThat(panelTops(40)).isEqualTo(1);
    assertThat(panelTops(41)).isEqualTo(2);
  }

  private static long panelTops(int layers) {
    return new SvgReader(MadeUpCharts.fisher(layers).figure().svg())
        .texts().stream()
            .filter(text -> text.text().endsWith(" scale"))
            .map(text -> text.box().getY())
            .distinct()
            .count();
  }

  @Test
  void aShareOfZeroHasALaneOnTheLogScale() {
    SvgReader svg = read(Share.ofLayer(0, 0, 0), Share.ofLayer(1, 1, Double.NaN));
    assertThat(svg.strings()).anyMatch(text -> text.contains("exactly 0"));
    assertThat(svg.elements("circle")).hasSize(2);
  }

  @Test
  void missingSharesAreLeftOut() {
    SvgReader svg = read(Share.ofLayer(0, Double.NaN, Double.NaN), Share.ofLayer(1, 0.5, 0.1));
    assertThat(bars(svg)).hasSize(1);
    assertThat(svg.elements("circle")).hasSize(1);
  }

  @Test
  void allZeroAndAllMissingCanBeDrawn() {
    SvgReader zeros = read(Share.ofLayer(0, 0, 0), Share.ofLayer(1, 0, 0));
    assertThat(zeros.elements("circle")).hasSize(2);
    assertThat(zeros.strings()).noneMatch(text -> text.startsWith("layer 0:"));
    assertThat(bars(read(Share.ofLayer(0, Double.NaN, Double.NaN)))).isEmpty();
  }

  @Test
  void refusesAShareAboveOneAndNamesIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Share.outsideLayers("lm_head", 31, 1))
        .withMessageContaining("lm_head")
        .withMessageContaining("31.0");
  }
}
