package dev.halcyon.transformer;

/// Receives the progress of a run, from one thread.
public interface DivergenceListener {
  /// After each layer.
  void progressed(DivergenceProgress progress);
}
