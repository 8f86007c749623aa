package dev.halcyon.transformer.internal.blueprint;

/// Rotary position embedding (Su et al. 2021): at position p, entries i and i + r of a head, i < r,
/// are rotated by the angle p f_i.
///
/// Frequencies and angles are rounded to float32 where transformers rounds them: at position 1000
/// that alone moves an angle by 6e-5.
public interface Rotary {
  /// r: half the rotated width of a head.
  int half();

  /// f of a sequence of so many tokens, [half].
  float[] frequencies(int length);

  /// Factor on sines and cosines.
  double scale();
}
