package dev.halcyon.contracts.results;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a divergence task found, as the store keeps it.
///
/// @param base what of the base's checkpoint has no part in the computation
/// @param fisher of the base, where it was computed
/// @param fineTunes in the order of the request
public record DivergenceOutcomes(
    FisherCheckpoint base, Optional<BaseFisher> fisher, List<DivergenceOutcome> fineTunes) {
  public DivergenceOutcomes {
    requireNonNull(base, "base is null");
    fisher = fisher == null ? Optional.empty() : fisher;
    fineTunes = List.copyOf(fineTunes);
  }

  /// The base's Fisher information: of labels drawn from the model, weighted by tokens.
  ///
  /// @param samples that it is a mean over
  /// @param sums of the diagonal's entries by tensor
  public record BaseFisher(long samples, Map<String, Double> sums) {
    public BaseFisher {
      sums = Collections.unmodifiableMap(new LinkedHashMap<>(sums));
    }

    /// Each tensor's share.
    public Map<String, Double> shares() {
      double total = sums.values().stream().mapToDouble(Double::doubleValue).sum();
      Map<String, Double> shares = new LinkedHashMap<>();
      sums.forEach((tensor, sum) -> shares.put(tensor, sum / total));
      return shares;
    }
  }

  /// What a task found of layers alone.
  ///
  /// @param fineTunes in the order of the request
  public record LayersAlone(List<List<DivergenceOutcome.Alone>> fineTunes) {
    public LayersAlone {
      fineTunes = fineTunes.stream().map(List::copyOf).toList();
    }
  }
}
