package dev.halcyon.transformer.internal.run;

/// A sample's squared gradient is not finite: the run begins again without it.
public final class NonFiniteGradientException extends RuntimeException {
  private final int sample;
  private final String parameter;

  NonFiniteGradientException(int sample, String parameter) {
    super("sample number " + sample + " has no finite gradient by " + parameter);
    this.sample = sample;
    this.parameter = parameter;
  }

  /// Number of the sample in the run.
  public int sample() {
    return sample;
  }

  /// Name of the parameter.
  public String parameter() {
    return parameter;
  }
}
