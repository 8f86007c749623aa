package dev.halcyon.analysis.fisher;

import dev.halcyon.contracts.results.FisherReport.Amount;
import dev.halcyon.contracts.results.FisherReport.LargeEntry;
import dev.halcyon.contracts.results.FisherStatistics;
import dev.halcyon.contracts.results.FisherTensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Several tensors taken as one set of entries: a component, a layer, the model.
final class FisherGroup {
  private static final Comparator<LargeEntry> LARGEST_FIRST =
      Comparator.comparingDouble(LargeEntry::value).reversed();

  private final List<FisherTensor> tensors;
  private final long elements;
  private final double sum;
  private final double[] sampleSums;

  /// @param tensors of the group, in the order of reports
  /// @param samples that each tensor has a sum for
  FisherGroup(List<FisherTensor> tensors, int samples) {
    this.tensors = List.copyOf(tensors);
    elements = statistics().stream().mapToLong(FisherStatistics::elements).sum();
    sum = ShareEstimate.sum(statistics().stream().mapToDouble(FisherStatistics::sum).toArray());
    sampleSums = sampleSums(tensors, samples);
  }

  double sum() {
    return sum;
  }

  long elements() {
    return elements;
  }

  /// For each sample, its sum over the group.
  double[] sampleSums() {
    return sampleSums.clone();
  }

  /// What the group amounts to within `model`.
  Amount amount(FisherGroup model) {
    double mean = elements == 0 ? Double.NaN : sum / elements;
    return new Amount(
        elements,
        sum,
        model.sum > 0 ? sum / model.sum : Double.NaN,
        ShareEstimate.standardError(sampleSums, model.sampleSums),
        mean,
        Math.sqrt(squaredDeviations(mean) / elements),
        nonEmpty().stream().mapToDouble(FisherStatistics::max).max().orElse(Double.NaN),
        nonEmpty().stream().mapToDouble(FisherStatistics::min).min().orElse(Double.NaN),
        topShare());
  }

  /// The largest entries; of equal ones, those of the tensor that comes first.
  List<LargeEntry> largest() {
    List<LargeEntry> entries = new ArrayList<>();
    for (FisherTensor tensor : tensors) {
      for (FisherStatistics.Entry entry : tensor.statistics().largest()) {
        entries.add(new LargeEntry(tensor.parameter(), entry.index(), entry.value()));
      }
    }
    return entries.stream().sorted(LARGEST_FIRST).limit(LargestEntries.CAPACITY).toList();
  }

  /// Deviations within the tensors and of their means (Chan, Golub, LeVeque 1983, "Algorithms for
  /// computing the sample variance").
  private double squaredDeviations(double mean) {
    CompensatedSum squares = new CompensatedSum();
    for (FisherStatistics tensor : nonEmpty()) {
      double distance = tensor.mean() - mean;
      squares.add(tensor.elements() * (tensor.std() * tensor.std() + distance * distance));
    }
    return squares.value();
  }

  private double topShare() {
    if (tensors.size() == 1) {
      return statistics().getFirst().topShare();
    }
    Tail tail = new Tail();
    statistics().forEach(tensor -> tail.addAll(tensor.tail()));
    return tail.topShare(elements, sum);
  }

  private List<FisherStatistics> statistics() {
    return tensors.stream().map(FisherTensor::statistics).toList();
  }

  private List<FisherStatistics> nonEmpty() {
    return statistics().stream().filter(tensor -> tensor.elements() > 0).toList();
  }

  private static double[] sampleSums(List<FisherTensor> tensors, int samples) {
    double[] sums = new double[samples];
    for (int i = 0; i < samples; i++) {
      int sample = i;
      sums[i] =
          ShareEstimate.sum(
              tensors.stream().mapToDouble(tensor -> tensor.sampleSums().get(sample)).toArray());
    }
    return sums;
  }
}
