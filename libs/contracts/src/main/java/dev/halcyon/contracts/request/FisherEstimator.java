package dev.halcyon.contracts.request;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;

/// How diagonal Fisher information was estimated: two reports compare only where these agree.
///
/// @param labels whose loss is differentiated
/// @param weighting of a sample's squared gradient in the mean
/// @param precision of weights and activations; sums are float32 or better
/// @param seed of drawn labels; without effect on empirical ones
/// @param maxLength tokens at which a sample is cut
/// @param minTokens samples of fewer tokens were skipped
public record FisherEstimator(
    Labels labels,
    Weighting weighting,
    Precision precision,
    long seed,
    int maxLength,
    int minTokens) {
  public FisherEstimator {
    requireNonNull(labels, "labels is null");
    requireNonNull(weighting, "weighting is null");
    requireNonNull(precision, "precision is null");
  }

  /// Whose loss is differentiated (Kunstner, Hennig, Balles 2019, "Limitations of the empirical
  /// Fisher approximation").
  public enum Labels {
    /// The text's own next tokens.
    @JsonProperty("empirical")
    EMPIRICAL,
    /// Tokens drawn from the model's prediction: the Fisher information proper.
    @JsonProperty("sampled")
    SAMPLED
  }

  /// What a sample's squared gradient is multiplied by before the mean over samples.
  public enum Weighting {
    /// 1.
    @JsonProperty("sample")
    SAMPLE,
    /// The sample's count of tokens, which makes it an estimate per token.
    @JsonProperty("token")
    TOKEN
  }

  /// Element type of weights and of the activations that they are applied to. In each, the residual
  /// stream, norms, softmax and all sums are float32.
  public enum Precision {
    @JsonProperty("fp32")
    FP32,
    /// Half the memory for weights and activations; errs by some percent.
    @JsonProperty("bf16")
    BF16,
    /// As bfloat16, with a narrower range: large activations may overflow, and their samples are
    /// left out.
    @JsonProperty("fp16")
    FP16
  }
}
