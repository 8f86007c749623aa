package dev.halcyon.transformer.internal.blueprint;

/// The same frequencies for sequences of any length.
@SuppressWarnings("ArrayRecordComponent") // large, and never compared
record FixedRotary(float[] frequencies, double scale) implements Rotary {
  @Override
  public int half() {
    return frequencies.length;
  }

  @Override
  public float[] frequencies(int length) {
    return frequencies;
  }
}
