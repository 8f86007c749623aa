package dev.halcyon.transformer.internal.decoder;

import dev.halcyon.transformer.internal.blueprint.Attention;
import dev.halcyon.transformer.internal.decoder.HeadInputs.Heads;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.util.List;
import java.util.Optional;

/// `softmax(scale q k^T) v` within each sample (Vaswani et al. 2017), with a soft cap on scores
/// (Gemma Team 2024) and a sliding window (Beltagy et al. 2020) where the model has them.
///
/// On the host PyTorch's fused kernel computes it where there is neither; everything else goes
/// through blocks of scores.
///
/// @param attention which
record AttentionCore(Attention attention) {
  /// Scores in a block: 32 MiB of them.
  private static final long LARGEST_BLOCK = 8 << 20;

  /// @param output [n, heads, size]
  /// @param logSums of each softmax, where the fused kernel computed it
  record Result(Tensor output, Optional<Tensor> logSums) {
    void moveTo(Scope scope) {
      scope.adopt(output);
      logSums.ifPresent(scope::adopt);
    }
  }

  Result forward(Scope scope, Heads heads, Pack pack) {
    if (isFused(scope, pack)) {
      List<Tensor> results =
          scope
              .torch()
              .fusedAttention(
                  heads.query(), heads.key(), heads.value(), pack.bounds(), attention.scale());
      return new Result(results.getFirst(), Optional.of(results.get(1)));
    }
    Tensor output =
        scope
            .torch()
            .attention(
                heads.query(),
                heads.key(),
                heads.value(),
                pack.bounds(),
                attention.scale(),
                attention.cap(),
                attention.window(),
                LARGEST_BLOCK);
    return new Result(output, Optional.empty());
  }

  /// @param doutput gradient by the result [n, heads, size]
  Heads backward(Scope scope, Tensor doutput, Heads heads, Result result, Pack pack) {
    List<Tensor> gradients =
        result
            .logSums()
            .map(logSums -> fused(scope, doutput, heads, result.output(), logSums, pack))
            .orElseGet(() -> blocked(scope, doutput, heads, pack));
    return new Heads(gradients.get(0), gradients.get(1), gradients.get(2));
  }

  private List<Tensor> fused(
      Scope scope, Tensor doutput, Heads heads, Tensor output, Tensor logSums, Pack pack) {
    return scope
        .torch()
        .fusedAttentionBackward(
            doutput,
            heads.query(),
            heads.key(),
            heads.value(),
            output,
            logSums,
            pack.bounds(),
            attention.scale());
  }

  private List<Tensor> blocked(Scope scope, Tensor doutput, Heads heads, Pack pack) {
    return scope
        .torch()
        .attentionBackward(
            doutput,
            heads.query(),
            heads.key(),
            heads.value(),
            pack.bounds(),
            attention.scale(),
            attention.cap(),
            attention.window(),
            LARGEST_BLOCK);
  }

  private boolean isFused(Scope scope, Pack pack) {
    boolean seesAll = attention.window() == 0 || attention.window() >= pack.longest();
    return scope.onHost() && attention.cap() == 0 && seesAll;
  }
}
