package dev.halcyon.contracts.results;

import dev.halcyon.contracts.json.MayBeAbsent;
import dev.halcyon.contracts.request.DivergenceEstimator;
import java.util.List;

/// How far fine-tunes move a model's output, and through which tensors. Divergences, differences in
/// loss and attributions are in nats per predicted token; numbers that were not computed are not
/// defined.
///
/// @param schema version of this record, 1
/// @param base the model the others were tuned from
/// @param checkpoint what of the base's checkpoint has no part in it
/// @param settings how it was measured
/// @param calibration on what
/// @param fineTunes in the order of the request
/// @param warnings readable sentences about the base
public record DivergenceReport(
    int schema,
    FisherReport.Model base,
    @MayBeAbsent FisherCheckpoint checkpoint,
    DivergenceEstimator settings,
    FisherCalibration calibration,
    List<FineTune> fineTunes,
    @MayBeAbsent List<String> warnings) {
  public static final int SCHEMA = 1;

  public DivergenceReport {
    checkpoint = checkpoint == null ? FisherCheckpoint.whole() : checkpoint;
    fineTunes = List.copyOf(fineTunes);
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
  }

  /// A mean over samples.
  ///
  /// @param value the mean
  /// @param standardError over samples; not defined for fewer than two
  public record Estimate(double value, double standardError) {
    public static final Estimate UNDEFINED = new Estimate(Double.NaN, Double.NaN);
  }

  /// A fine-tune.
  ///
  /// @param name `ft1`, …
  /// @param model of it
  /// @param checkpoint what of its checkpoint has no part in it
  /// @param vocabulary tokens that the distributions are over
  /// @param tokens predicted of all samples
  /// @param measured of it
  /// @param trials of the quadrature in order; the last one is the attributions'
  /// @param attributed sums over all tensors
  /// @param layers in the order of the network
  /// @param componentTypes over all layers, as `self_attn.q_proj`
  /// @param components layer by layer
  /// @param tensors layer by layer
  /// @param alone layers by themselves, the largest first; empty where not asked for
  /// @param samples in order
  /// @param warnings readable sentences
  public record FineTune(
      String name,
      FisherReport.Model model,
      @MayBeAbsent FisherCheckpoint checkpoint,
      long vocabulary,
      long tokens,
      Measured measured,
      List<Trial> trials,
      Part attributed,
      List<Part> layers,
      List<Part> componentTypes,
      List<Part> components,
      List<Part> tensors,
      List<Alone> alone,
      List<Sample> samples,
      List<String> warnings) {
    public FineTune {
      checkpoint = checkpoint == null ? FisherCheckpoint.whole() : checkpoint;
      trials = List.copyOf(trials);
      layers = List.copyOf(layers);
      componentTypes = List.copyOf(componentTypes);
      components = List.copyOf(components);
      tensors = List.copyOf(tensors);
      alone = List.copyOf(alone);
      samples = List.copyOf(samples);
      warnings = List.copyOf(warnings);
    }
  }

  /// What was measured.
  ///
  /// @param kl KL(base || fine-tune)
  /// @param reverseKl KL(fine-tune || base)
  /// @param baseLoss mean negative log-likelihood of the text under the base
  /// @param lossDifference the fine-tune's loss less the base's
  /// @param changedTop share of predictions whose most likely token differs, 0-1
  public record Measured(
      Estimate kl,
      Estimate reverseKl,
      Estimate baseLoss,
      Estimate lossDifference,
      Estimate changedTop) {}

  /// A quadrature.
  ///
  /// @param nodes of it
  /// @param klResidual what was measured less what the attributions add up to
  /// @param lossResidual likewise
  public record Trial(int nodes, Estimate klResidual, Estimate lossResidual) {}

  /// A set of tensors.
  ///
  /// @param name of the tensor, component or layer
  /// @param layer that it belongs to
  /// @param componentType as `self_attn.q_proj`; the name itself for layers and components
  /// @param elements in the set
  /// @param baseFisherShare its share of the base's Fisher information, where that was computed
  /// @param relativeChange norm of the change over norm of the base
  /// @param attribution of the divergence
  /// @param share of what all attributions add up to; parts may be negative
  /// @param lossAttribution of the difference in loss
  /// @param diagonalProxy `1/2 sum F delta^2`, where Fisher information was computed
  public record Part(
      String name,
      String layer,
      String componentType,
      long elements,
      double baseFisherShare,
      double relativeChange,
      Estimate attribution,
      double share,
      Estimate lossAttribution,
      double diagonalProxy) {}

  /// A layer by itself.
  ///
  /// @param layer `layer_0`, …
  /// @param attribution of it, for comparison
  /// @param only KL where only that layer is the fine-tune's
  /// @param allBut KL where all but that layer is
  public record Alone(String layer, Estimate attribution, Estimate only, Estimate allBut) {}

  /// A text of the calibration set.
  ///
  /// @param sample its id
  /// @param tokens that are predicted
  /// @param kl KL(base || fine-tune)
  /// @param reverseKl KL(fine-tune || base)
  /// @param baseLoss under the base
  /// @param lossDifference the fine-tune's less the base's
  /// @param changedTop share of predictions whose most likely token differs, 0-1
  /// @param attributed what all tensors' attributions of the divergence add up to
  /// @param share of the divergence of all samples
  public record Sample(
      String sample,
      long tokens,
      double kl,
      double reverseKl,
      double baseLoss,
      double lossDifference,
      double changedTop,
      double attributed,
      double share) {}
}
