package dev.halcyon.plots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.plots.DivergenceChart.Slot;
import dev.halcyon.plots.DivergenceChart.Value;
import dev.halcyon.plots.SvgReader.Box;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DivergenceChartTest {
  private static final String BLUE = "rgb(0,114,178)";
  private static final String VERMILION = "rgb(213,94,0)";

  private static Slot slot(String name, OptionalInt layer, double... values) {
    return new Slot(
        name,
        layer,
        java.util.Arrays.stream(values).mapToObj(value -> new Value(value, 0.01)).toList());
  }

  private static final List<Slot> LAYERS =
      List.of(
          slot("embeddings", OptionalInt.empty(), 0.4, 0.2),
          slot("layer_0", OptionalInt.of(0), 0.2, -0.1),
          slot("layer_1", OptionalInt.of(1), 0.1, Double.NaN),
          slot("lm_head", OptionalInt.empty(), -0.05, 0.3));

  private static SvgReader read(List<Slot> components) {
    return new SvgReader(
        new DivergenceChart(
                "Divergence", "", "nats per token", List.of("code", "chat"), LAYERS, components)
            .figure()
            .svg());
  }

  private static List<Box> bars(SvgReader svg, String color) {
    return svg.boxes().stream().filter(box -> box.fill().equals(color)).toList();
  }

  @Test
  void barsAreAsHighAsTheirValuesAndNegativeOnesHangFromZero() {
    List<Box> code = bars(read(List.of()), BLUE);
    List<Box> chat = bars(read(List.of()), VERMILION);
    assertThat(code).hasSize(4);
    assertThat(chat).hasSize(3);
    double zero = code.getFirst().shape().getMaxY();
    double perUnit = code.getFirst().shape().getHeight() / 0.4;
    assertThat(code.get(1).shape().getHeight()).isCloseTo(0.2 * perUnit, within(0.02));
    assertThat(code.get(3).shape().getMinY()).isCloseTo(zero, within(0.02));
    assertThat(code.get(3).shape().getHeight()).isCloseTo(0.05 * perUnit, within(0.02));
    assertThat(chat.get(1).shape().getMinY()).isCloseTo(zero, within(0.02));
  }

  @Test
  void everyPartAndSeriesIsNamed() {
    SvgReader svg = read(List.of(slot("self_attn.q_proj", OptionalInt.empty(), 0.3, 0.1)));
    assertThat(svg.strings())
        .contains("embeddings", "0", "1", "lm_head", "code", "chat", "self_attn.q_proj", "Layer");
  }

  @Test
  void aSlotNeedsAValueForEachFineTune() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DivergenceChart("", "", "", List.of("one"), LAYERS, List.of()))
        .withMessageContaining("embeddings");
  }

  @Test
  void nothingButZerosCanBeDrawn() {
    DivergenceChart chart =
        new DivergenceChart(
            "Zero",
            "",
            "nats",
            List.of("same"),
            List.of(slot("layer_0", OptionalInt.of(0), 0.0)),
            List.of());
    assertThat(chart.figure().png()).isNotEmpty();
  }

  @Test
  void dotsOfChangesStandByChangeAndImportanceAndTheLargestAreNamed() {
    ChangeChart chart =
        new ChangeChart(
            "Change",
            List.of("code"),
            List.of(
                new ChangeChart.Dot("large", 0, 1e-2, 0.1, 0.5),
                new ChangeChart.Dot("small", 0, 1e-4, 0.01, 0.0),
                new ChangeChart.Dot("same", 0, 0, 0.01, 0.0)));
    SvgReader svg = new SvgReader(chart.figure().svg());
    assertThat(svg.strings())
        .contains("large", "10⁻²", "relative change")
        .doesNotContain("small", "same")
        .anyMatch(text -> text.contains("1 without change or importance"));
  }
}
