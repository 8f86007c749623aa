package dev.halcyon.contracts.results;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.results.FisherCalibration.LeftOut;
import dev.halcyon.tensors.Shape;
import java.util.List;

/// What was found of one fine-tune's divergence from the base on some samples. All numbers are by
/// sample, so those of several ranges of samples are put end to end; Fisher information alone is a
/// mean over samples.
///
/// @param model `ft1`, …
/// @param checkpoint what of it has no part in the computation
/// @param vocabulary how many tokens the models know
/// @param samples that count, in order
/// @param tooShort samples of fewer tokens than asked for, which were skipped
/// @param leftOut samples without a finite divergence or attribution
/// @param trials of the quadrature, the one whose values the tensors have last; empty where nothing
///   was attributed
/// @param tensors of the model
/// @param alone what was measured of layers alone, where it was asked for
public record DivergenceOutcome(
    String model,
    FisherCheckpoint checkpoint,
    Vocabulary vocabulary,
    List<Sample> samples,
    long tooShort,
    List<LeftOut> leftOut,
    List<Trial> trials,
    List<Tensor> tensors,
    List<Alone> alone) {
  public DivergenceOutcome {
    requireNonNull(model, "model is null");
    requireNonNull(checkpoint, "checkpoint is null");
    requireNonNull(vocabulary, "vocabulary is null");
    samples = List.copyOf(samples);
    leftOut = List.copyOf(leftOut);
    trials = List.copyOf(trials);
    tensors = List.copyOf(tensors);
    alone = List.copyOf(alone);
  }

  /// Tokens that models know.
  ///
  /// @param base of the base
  /// @param fineTune of the fine-tune
  /// @param compared that the distributions are over: those that the base and all fine-tunes have
  public record Vocabulary(long base, long fineTune, long compared) {}

  /// A text of the calibration set: means over its predicted tokens, in nats.
  ///
  /// @param sample its id
  /// @param tokens that are predicted
  /// @param kl KL(base || fine-tune)
  /// @param reverseKl KL(fine-tune || base)
  /// @param baseLoss mean negative log-likelihood under the base
  /// @param lossDifference the fine-tune's less the base's
  /// @param changedTop predictions whose most likely token differs
  public record Sample(
      String sample,
      long tokens,
      double kl,
      double reverseKl,
      double baseLoss,
      double lossDifference,
      long changedTop) {
    public Sample {
      requireNonNull(sample, "sample is null");
    }
  }

  /// What all tensors' attributions add up to.
  ///
  /// @param nodes of the quadrature
  /// @param kl by sample; empty where it was not attributed
  /// @param loss likewise
  public record Trial(int nodes, List<Double> kl, List<Double> loss) {
    public Trial {
      kl = List.copyOf(kl);
      loss = List.copyOf(loss);
    }
  }

  /// A tensor's part.
  ///
  /// @param parameter its name in the base's checkpoint
  /// @param shape of what both models have of it
  /// @param baseSquares sum of the base's squared elements
  /// @param changeSquares sum of the change's squared elements
  /// @param kl its attribution of the divergence by sample; empty where it was not attributed
  /// @param loss its attribution of the difference in loss, likewise
  /// @param diagonalProxy `1/2 sum F delta^2` over its elements; not defined where no Fisher
  ///   information was computed
  public record Tensor(
      String parameter,
      Shape shape,
      double baseSquares,
      double changeSquares,
      List<Double> kl,
      List<Double> loss,
      double diagonalProxy) {
    public Tensor {
      requireNonNull(parameter, "parameter is null");
      requireNonNull(shape, "shape is null");
      kl = List.copyOf(kl);
      loss = List.copyOf(loss);
    }
  }

  /// A layer's divergence by itself, by sample.
  ///
  /// @param layer `layer_0`, `embeddings`, …
  /// @param only KL where only that layer is the fine-tune's
  /// @param allBut KL where all but that layer is
  public record Alone(String layer, List<Double> only, List<Double> allBut) {
    public Alone {
      requireNonNull(layer, "layer is null");
      only = List.copyOf(only);
      allBut = List.copyOf(allBut);
    }
  }

  /// The same with layers measured by themselves.
  public DivergenceOutcome with(List<Alone> layers) {
    return new DivergenceOutcome(
        model, checkpoint, vocabulary, samples, tooShort, leftOut, trials, tensors, layers);
  }
}
