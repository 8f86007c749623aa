package dev.halcyon.transformer;

/// No sample of a request has a finite loss and gradient: the model is broken, or the precision too
/// low for it.
public final class NoUsableSampleException extends RuntimeException {
  public NoUsableSampleException(int samples) {
    super(
        "none of the "
            + samples
            + " samples has a finite loss and gradient: the model's weights are not finite, or the"
            + " precision is too low for it");
  }
}
