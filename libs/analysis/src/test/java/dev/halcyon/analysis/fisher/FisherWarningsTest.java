package dev.halcyon.analysis.fisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.results.FisherCheckpoint;
import dev.halcyon.contracts.results.FisherReport;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class FisherWarningsTest {
  private static final FisherReport REPORT = new GoldenReport().report();

  @Test
  void manyUnusedTensorsAreCountedInTheWarningAndNamedInTheSummary() {
    List<String> layers = IntStream.range(0, 25).mapToObj(i -> "layers." + i).toList();
    FisherCheckpoint checkpoint =
        new FisherCheckpoint(layers, List.of(), new TreeMap<>(), Optional.empty());

    assertThat(
            FisherWarnings.of(
                checkpoint, REPORT.samples(), 1, REPORT.estimator(), REPORT.calibration()))
        .first(InstanceOfAssertFactories.STRING)
        .startsWith("25 tensors of the checkpoint are not part of the computation: layers.0, ")
        .endsWith("layers.19 and 5 more (`unused` in summary.json)");
  }
}
