package dev.halcyon.transformer.internal.blueprint;

import java.util.function.IntFunction;

/// Frequencies that depend on a sequence's length.
record LengthwiseRotary(int half, double scale, IntFunction<float[]> byLength) implements Rotary {
  @Override
  public float[] frequencies(int length) {
    return byLength.apply(length);
  }
}
