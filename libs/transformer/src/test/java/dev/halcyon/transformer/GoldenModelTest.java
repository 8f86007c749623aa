package dev.halcyon.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every architecture against transformers in float64.
class GoldenModelTest {
  private static final FisherOptions OPTIONS =
      FisherOptions.standard().withThreads(1).withDevice(TestDevice.NAME);

  static List<GoldenCase> cases() {
    return GoldenCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsAreThoseOfTransformers(GoldenCase golden) throws Exception {
    try (OpenedFolder modelFolder = OpenedFolder.open(golden.folder())) {
      DecoderModel model = modelFolder.model();
      for (TokenSample sample : golden.samples()) {
        float[][] logits = new LogitsEngine().logits(model, sample, OPTIONS);
        float[] truth = golden.floats("logits." + sample.id());
        assertThat(Distance.relative(flat(logits), truth)).as(sample.toString()).isLessThan(1e-5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void fisherInformationIsThatOfTransformersGradients(GoldenCase golden) throws Exception {
    CollectedFisher collected = new CollectedFisher();
    try (OpenedFolder modelFolder = OpenedFolder.open(golden.folder())) {
      DecoderModel model = modelFolder.model();
      new FisherEngine().run(new FisherRequest(model, golden.samples(), OPTIONS), collected);
    }
    assertThat(collected.values.keySet()).containsExactlyInAnyOrderElementsOf(golden.parameters());
    collected.values.forEach((name, values) ->
        assertThat(Distance.relative(values, golden.floats("fisher." + name)))
            .as(name)
            .isLessThan(1e-4));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossesAreTheMeanNegativeLogLikelihoodOfTheNextTokens(GoldenCase golden) throws Exception {
    CollectedFisher collected = new CollectedFisher();
    try (OpenedFolder modelFolder = OpenedFolder.open(golden.folder())) {
      DecoderModel model = modelFolder.model();
      new FisherEngine().run(new FisherRequest(model, golden.samples(), OPTIONS), collected);
    }
    double[] truth = golden.doubles("losses");
    assertThat(collected.losses).hasSize(truth.length);
    for (SampleLoss loss : collected.losses) {
      assertThat(loss.loss())
          .isCloseTo(truth[(int) loss.id()], org.assertj.core.data.Percentage.withPercentage(1e-4));
    }
  }

  static float[] flat(float[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
    }
    return all;
  }
}
