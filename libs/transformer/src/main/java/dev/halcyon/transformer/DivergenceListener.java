package dev.halcyon.transformer;

/// Receives the progress of a run, from one thread.
public interface DivergenceListener {
  /// Hears nothing.
  DivergenceListener NONE = progress -> {};

  /// After each layer.
  void progressed(DivergenceProgress progress);
}
