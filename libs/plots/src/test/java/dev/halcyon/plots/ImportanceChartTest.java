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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImportanceChartTest {
  private static final List<Slot> LAYERS =
      List.of(
          slot("embeddings", OptionalInt.empty(), 0.5, 0.25),
          slot("layer_0", OptionalInt.of(0), 0.25, 0.5),
          slot("layer_1", OptionalInt.of(1), 0.25, Double.NaN));

  private static Slot slot(String name, OptionalInt layer, double first, double second) {
    return new Slot(
        name, layer, List.of(new Value(first, Double.NaN), new Value(second, Double.NaN)));
  }

  private static SvgReader read(String... colors) {
    Palette palette = Palette.of(List.of(colors));
    return new SvgReader(
        new ImportanceChart("Importance", List.of("math", "coder"), palette, LAYERS, List.of())
            .figure()
            .svg());
  }

  private static List<Box> bars(SvgReader svg, String color) {
    return svg.boxes().stream().filter(box -> box.fill().equals(color)).toList();
  }

  @Test
  void eachModelHasABarOfItsColourForEachLayerThatItHas() {
    SvgReader svg = read("#2E8B57", "tab:blue");

    List<Box> math = bars(svg, "rgb(46,139,87)");
    List<Box> coder = bars(svg, "rgb(31,119,180)");
    assertThat(math).hasSize(3);
    assertThat(coder).hasSize(2);
    assertThat(math.getFirst().shape().getHeight())
        .isCloseTo(2 * math.get(1).shape().getHeight(), within(0.05));
    assertThat(coder.get(1).shape().getHeight())
        .isCloseTo(math.getFirst().shape().getHeight(), within(0.05));
  }

  @Test
  void coloursBeginAgainWhereThereAreMoreModels() {
    assertThat(bars(read("#abc"), "rgb(170,187,204)")).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rot", "#12", "#12345g", "", "tab:", "2E8B57"})
  void whatIsNoColourIsRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Palette.of(List.of(name)))
        .withMessageContaining("is not a colour: use #RRGGBB or one of black");
  }
}
