package dev.halcyon.plots.figure;

/// A chart has so many parts that its figure would be too large to draw; the text says how large.
public final class FigureTooLargeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  FigureTooLargeException(String message) {
    super(message);
  }
}
