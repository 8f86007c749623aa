package dev.halcyon.transformer.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.tensors.Shape;
import dev.halcyon.transformer.DivergenceResult;
import dev.halcyon.transformer.FineTuneDivergence;
import dev.halcyon.transformer.LeftOut;
import dev.halcyon.transformer.NoUsableSampleException;
import dev.halcyon.transformer.Objective;
import dev.halcyon.transformer.QuadratureTrial;
import dev.halcyon.transformer.SampleDivergence;
import dev.halcyon.transformer.TensorDivergence;
import dev.halcyon.transformer.TokenSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UsableSamplesTest {
  private static FineTuneDivergence divergence(double[] kl, double[] attributions) {
    List<SampleDivergence> samples = new ArrayList<>();
    for (int i = 0; i < kl.length; i++) {
      samples.add(new SampleDivergence(10 + i, 3, kl[i], 1, 2, 0, 0));
    }
    TensorDivergence tensor =
        new TensorDivergence("w", new Shape(List.of(2L)), 1, 1, Map.of(Objective.KL, attributions));
    return new FineTuneDivergence(
        samples,
        List.of(new QuadratureTrial(2, Map.of(Objective.KL, attributions))),
        List.of(tensor));
  }

  private static UsableSamples samples(int count) {
    List<TokenSample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      samples.add(new TokenSample(10 + i, new int[] {1, 2, 3, 4}));
    }
    return new UsableSamples(samples);
  }

  @Test
  void samplesThatAnyFineTuneHasNoFiniteNumbersOnAreLeftOutOfAll() {
    FineTuneDivergence one =
        divergence(new double[] {1, Double.NaN, 3, 4}, new double[] {1, 2, 3, 4});
    FineTuneDivergence other =
        divergence(new double[] {5, 6, 7, 8}, new double[] {5, 6, Double.POSITIVE_INFINITY, 8});
    DivergenceResult result = samples(4).of(List.of(one, other), 61);
    assertThat(result.leftOut())
        .containsExactly(new LeftOut(11, Optional.empty()), new LeftOut(12, Optional.of("w")));
    for (FineTuneDivergence fineTune : result.fineTunes()) {
      assertThat(fineTune.samples()).extracting(SampleDivergence::id).containsExactly(10L, 13L);
    }
    assertThat(result.fineTunes().get(1).tensors().getFirst().attributions().get(Objective.KL))
        .containsExactly(5, 8);
    assertThat(result.fineTunes().getFirst().trials().getFirst().sums().get(Objective.KL))
        .containsExactly(1, 4);
  }

  @Test
  void whereNoSampleIsLeftNothingIsReported() {
    FineTuneDivergence none = divergence(new double[] {Double.NaN}, new double[] {1});
    assertThatThrownBy(() -> samples(1).of(List.of(none), 61))
        .isInstanceOf(NoUsableSampleException.class);
  }
}
