package dev.halcyon.transformer;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Keeps all that a run tells.
final class CollectedFisher implements FisherListener {
  final Map<String, float[]> values = new LinkedHashMap<>();
  final Map<String, double[]> sampleSums = new LinkedHashMap<>();
  final List<SampleLoss> losses = new ArrayList<>();
  final List<LeftOut> leftOut = new ArrayList<>();
  final List<FisherProgress> progress = new ArrayList<>();
  FisherEstimate estimate;
  int restarts;

  @Override
  public void estimated(FisherEstimate estimate) {
    this.estimate = estimate;
  }

  @Override
  public void progressed(FisherProgress progress) {
    this.progress.add(progress);
  }

  @Override
  public void measured(SampleLoss loss) {
    losses.add(loss);
  }

  @Override
  public void leftOut(LeftOut sample) {
    leftOut.add(sample);
  }

  @Override
  public void restarted() {
    restarts++;
    values.clear();
    sampleSums.clear();
    losses.clear();
  }

  @Override
  public void parameter(ParameterFisher fisher) {
    values.put(fisher.name(), fisher.values().toArray(ValueLayout.JAVA_FLOAT));
    sampleSums.put(fisher.name(), fisher.sampleSums());
  }
}
