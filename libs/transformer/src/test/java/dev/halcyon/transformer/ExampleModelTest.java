package dev.halcyon.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The bundled trained models against transformers in float64, measured by how far transformers'
/// own float32 is off; expected values by `tools/golden/example_models_golden.py`.
class ExampleModelTest {
  private static final FisherOptions OPTIONS =
      FisherOptions.standard().withThreads(1).withDevice(TestDevice.NAME);

  @ParameterizedTest
  @EnumSource(ExampleModel.class)
  void logitsAreAtMostTwiceAsFarOffAsThoseOfTransformers(ExampleModel example) throws Exception {
    GoldenValues golden = example.golden();
    try (OpenedFolder modelFolder = OpenedFolder.open(example.folder())) {
      DecoderModel model = modelFolder.model();
      TokenSample first = golden.samples().getFirst();
      float[] logits = GoldenModelTest.flat(new LogitsEngine().logits(model, first, OPTIONS));
      assertThat(off(golden, "logits", golden.doubles("logits.projected"), logits))
          .isLessThan(2 * golden.doubles("float32.logits")[0]);
    }
  }

  @ParameterizedTest
  @EnumSource(ExampleModel.class)
  void theWorstParameterIsAtMostTwiceAsFarOffAsThatOfTransformers(ExampleModel example)
      throws Exception {
    GoldenValues golden = example.golden();
    CollectedFisher collected = FisherRuns.run(example.folder(), golden.samples(), OPTIONS);
    assertThat(collected.values).hasSize(8 * 9 + 2);
    double worst = 0;
    double worstOfTransformers = 0;
    for (String name : collected.values.keySet()) {
      double[] truth = golden.doubles("fisher." + name);
      worst = Math.max(worst, off(golden, name, truth, collected.values.get(name)));
      double single = golden.doubles("float32." + name)[0];
      worstOfTransformers = Math.max(worstOfTransformers, single);
    }
    assertThat(worst).isLessThan(2 * worstOfTransformers);
  }

  /// Relative error in norm.
  private static double off(GoldenValues golden, String name, double[] truth, float[] values) {
    return Projection.distance(Projection.of(values), truth) / golden.doubles("norm." + name)[0];
  }
}
