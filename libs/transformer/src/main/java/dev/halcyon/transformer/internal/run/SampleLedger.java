package dev.halcyon.transformer.internal.run;

import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import dev.halcyon.transformer.NoUsableSampleException;
import dev.halcyon.transformer.internal.decoder.Pack;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// What is known of each sample of a run: its weight, its loss, and whether it counts.
final class SampleLedger {
  private final List<Sequence> samples;
  private final Weighting weighting;
  private final Set<Integer> leftOut = new TreeSet<>();
  private final double[] losses;

  SampleLedger(List<Sequence> samples, Weighting weighting) {
    this.samples = samples;
    this.weighting = weighting;
    this.losses = new double[samples.size()];
  }

  int size() {
    return samples.size();
  }

  Sequence sample(int number) {
    return samples.get(number);
  }

  void leaveOut(int number) {
    leftOut.add(number);
  }

  boolean counts(int number) {
    return !leftOut.contains(number);
  }

  /// Numbers of the samples that count.
  List<Integer> counted() {
    return IntStream.range(0, size()).filter(this::counts).boxed().toList();
  }

  /// Refuses to go on without samples.
  void requireAny() {
    if (leftOut.size() == size()) {
      throw new NoUsableSampleException(size());
    }
  }

  void measured(int number, double loss) {
    losses[number] = loss;
  }

  double loss(int number) {
    return losses[number];
  }

  /// Factor on the square of the gradient of the sample's summed loss: `1 / T^2` makes it the
  /// square of the mean loss's gradient, and T of those are `1 / T`.
  double weight(int number) {
    double predictions = samples.get(number).rows();
    return switch (weighting) {
      case SAMPLE -> 1 / (predictions * predictions);
      case TOKEN -> 1 / predictions;
    };
  }

  /// For each sample of the pack its number, or -1 where it does not count.
  long[] members(Pack pack) {
    return pack.samples().stream().mapToLong(number -> counts(number) ? number : -1).toArray();
  }

  double[] weights(Pack pack) {
    return pack.samples().stream().mapToDouble(this::weight).toArray();
  }
}
