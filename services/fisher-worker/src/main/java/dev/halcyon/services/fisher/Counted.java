package dev.halcyon.services.fisher;

import dev.halcyon.contracts.results.FisherCalibration.LeftOut;
import dev.halcyon.contracts.results.FisherSample;
import dev.halcyon.transformer.FisherResult;
import dev.halcyon.transformer.SampleLoss;
import dev.halcyon.transformer.TokenSample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which of a run's samples have a part in its result.
///
/// @param places of them among the samples that the run was given
/// @param samples the same ones with their losses
/// @param leftOut the others
record Counted(List<Integer> places, List<FisherSample> samples, List<LeftOut> leftOut) {
  static Counted of(Samples samples, FisherResult result) {
    Map<Long, SampleLoss> losses = new HashMap<>();
    result.samples().forEach(loss -> losses.put(loss.id(), loss));
    List<Integer> places = new ArrayList<>();
    List<FisherSample> counted = new ArrayList<>();
    for (int i = 0; i < samples.usable().size(); i++) {
      TokenSample sample = samples.usable().get(i);
      SampleLoss loss = losses.get(sample.id());
      if (loss != null) {
        places.add(i);
        counted.add(new FisherSample(samples.name(sample.id()), sample.length(), loss.loss()));
      }
    }
    return new Counted(places, counted, leftOut(samples, result));
  }

  /// The counted samples' numbers of those of all.
  List<Double> of(List<Double> sums) {
    return places.stream().map(sums::get).toList();
  }

  private static List<LeftOut> leftOut(Samples samples, FisherResult result) {
    return result.leftOut().stream()
        .map(sample ->
            new LeftOut(
                samples.name(sample.id()),
                sample
                    .parameter()
                    .map(name -> "its gradient by " + name + " is not finite")
                    .orElse("its loss is not finite")))
        .toList();
  }
}
