package dev.halcyon.contracts.request;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;

/// How a divergence was measured and attributed.
///
/// @param objective what was attributed
/// @param nodes of the quadrature that were asked for; 0 for as many as it takes
/// @param weighting of samples in means
/// @param maxLength tokens at which a sample is cut
/// @param minTokens samples of fewer tokens were skipped
public record DivergenceEstimator(
    Objective objective, int nodes, Weighting weighting, int maxLength, int minTokens) {
  public static final int MAX_NODES = 8;

  /// What is split over tensors.
  public enum Objective {
    /// KL(base || fine-tune).
    @JsonProperty("kl")
    KL,
    /// The difference in loss on the text.
    @JsonProperty("loss")
    LOSS,
    @JsonProperty("both")
    BOTH;

    public boolean hasKl() {
      return this != LOSS;
    }

    public boolean hasLoss() {
      return this != KL;
    }
  }

  public DivergenceEstimator {
    requireNonNull(objective, "objective is null");
    requireNonNull(weighting, "weighting is null");
    if (nodes < 0 || nodes > MAX_NODES) {
      throw new InvalidMessageException(
          "`nodes` is %d; it must be from 1 to %d, or auto".formatted(nodes, MAX_NODES));
    }
  }
}
