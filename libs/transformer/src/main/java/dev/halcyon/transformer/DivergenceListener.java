package dev.halcyon.transformer;

/// Hears of a run, from one thread.
public interface DivergenceListener {
  /// Hears nothing.
  DivergenceListener NONE = progress -> {};

  /// After each layer.
  void progressed(DivergenceProgress progress);
}
