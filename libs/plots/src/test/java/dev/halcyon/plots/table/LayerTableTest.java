package dev.halcyon.plots.table;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerTableTest {
  private static final List<List<String>> GROUPS = List.of(List.of("q_proj"));
  private static final List<Integer> LAYERS = List.of(0, 1);

  private static Series series(String label, Place place, double value) {
    return new Series(label, Map.of(place, value));
  }

  private static final Series GOOD = series("base – code", Place.inLayer(0, "q_proj"), 1e-3);

  @Test
  void refusesAValueOutsideTheTable() {
    Series stray = series("base – code", Place.inLayer(7, "q_proj"), 1e-3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LayerTable(GROUPS, LAYERS, List.of(), List.of(stray)))
        .withMessageContaining("[base – code] layer 7 q_proj");
  }

  @Test
  void refusesWhatIsGivenTwice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LayerTable(GROUPS, LAYERS, List.of(), List.of(GOOD, GOOD)))
        .withMessage("series base – code is given twice");
    List<List<String>> twice = List.of(List.of("q_proj"), List.of("q_proj"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LayerTable(twice, LAYERS, List.of(), List.of(GOOD)))
        .withMessage("component q_proj is given twice");
  }

  @Test
  void refusesLayersThatDoNotRise() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LayerTable(GROUPS, List.of(1, 1), List.of(), List.of(GOOD)))
        .withMessage("layers must rise, but 1 follows 1");
  }

  @Test
  void refusesEmptyCharts() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LayerTable(GROUPS, LAYERS, List.of(), List.of()))
        .withMessageContaining("at least one series");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LayerTable(GROUPS, List.of(), List.of(), List.of(GOOD)))
        .withMessageContaining("1 groups of components but 0 layers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LayerTable(List.of(), List.of(), List.of(), List.of(GOOD)))
        .withMessageContaining("at least one component");
  }

  @Test
  void refusesInfiniteValuesAndNamesThem() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> series("base – code", Place.outsideLayers("lm_head"), Double.POSITIVE_INFINITY))
        .withMessageContaining("[base – code] lm_head: Infinity");
  }
}
