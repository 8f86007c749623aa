package dev.halcyon.services.fisher;

import dev.halcyon.analysis.divergence.DivergenceRollUp;
import dev.halcyon.contracts.job.FisherTask.Divergence;
import dev.halcyon.contracts.results.DivergenceOutcome;
import dev.halcyon.contracts.results.DivergenceOutcomes;
import dev.halcyon.contracts.results.DivergenceOutcomes.LayersAlone;
import dev.halcyon.tensors.TensorSpec;
import dev.halcyon.transformer.DecoderModel;
import dev.halcyon.transformer.DivergenceResult;
import dev.halcyon.transformer.SampleDivergence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Layers that are measured by themselves: for each of them the fine-tune where only it is changed,
/// and the one where all but it is.
///
/// @param layers of each fine-tune, the one with the largest attribution first
/// @param fineTunes that are measured: two for each layer
/// @param changed names of the base's tensors that are each one's
record LayerParts(
    List<List<String>> layers, List<DecoderModel> fineTunes, List<Set<String>> changed) {
  static LayerParts of(Divergence task, DivergenceOutcomes whole, DivergenceModels models) {
    LayerParts parts = new LayerParts(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < whole.fineTunes().size(); i++) {
      DivergenceRollUp rollUp =
          new DivergenceRollUp(whole.fineTunes().get(i), task.estimator(), Map.of());
      List<String> largest = rollUp.largestLayers(task.alone());
      parts.layers.add(largest);
      for (String layer : largest) {
        for (boolean inside : List.of(true, false)) {
          parts.fineTunes.add(models.fineTunes().get(i));
          parts.changed.add(tensors(models.base().model(), layer, inside));
        }
      }
    }
    return parts;
  }

  private static Set<String> tensors(DecoderModel base, String layer, boolean inside) {
    return base.parameters().stream()
        .map(TensorSpec::name)
        .filter(name -> DivergenceRollUp.layerOf(name).equals(layer) == inside)
        .collect(Collectors.toSet());
  }

  /// What was measured of each layer, by sample; not defined where that is not finite.
  ///
  /// @param result of all parts; empty where there is none
  LayersAlone alone(Samples samples, Optional<DivergenceResult> result) {
    List<List<DivergenceOutcome.Alone>> found = new ArrayList<>();
    int part = 0;
    for (List<String> ofFineTune : layers) {
      List<DivergenceOutcome.Alone> own = new ArrayList<>();
      for (String layer : ofFineTune) {
        own.add(
            new DivergenceOutcome.Alone(
                layer, divergences(samples, result, part), divergences(samples, result, part + 1)));
        part += 2;
      }
      found.add(own);
    }
    return new LayersAlone(found);
  }

  private static List<Double> divergences(
      Samples samples, Optional<DivergenceResult> result, int part) {
    Map<Long, Double> byId = new HashMap<>();
    result.ifPresent(found -> {
      for (SampleDivergence sample : found.fineTunes().get(part).samples()) {
        byId.put(sample.id(), sample.kl());
      }
    });
    return samples.usable().stream()
        .map(sample -> byId.getOrDefault(sample.id(), Double.NaN))
        .toList();
  }
}
