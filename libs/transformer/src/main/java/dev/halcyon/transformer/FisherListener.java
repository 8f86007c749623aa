package dev.halcyon.transformer;

/// Receives the events of a run from one thread, in this order: the estimate, progress and losses,
/// then every parameter once. If a sample has no finite gradient, the run restarts without it:
/// [#restarted] is called, and the parameters and losses received before are void.
public interface FisherListener {
  /// Before anything is computed.
  default void estimated(FisherEstimate estimate) {}

  /// After each layer.
  default void progressed(FisherProgress progress) {}

  /// Once a sample's forward pass has ended; not for samples left out.
  default void measured(SampleLoss loss) {}

  /// A sample has no part in the result.
  default void leftOut(LeftOut sample) {}

  /// The run begins again without the sample last left out.
  default void restarted() {}

  /// A parameter's values, as its layer is finished. Fast listeners keep the run fast: the next
  /// layer waits.
  ///
  /// @throws java.io.IOException ends the run
  void parameter(ParameterFisher fisher) throws java.io.IOException;
}
