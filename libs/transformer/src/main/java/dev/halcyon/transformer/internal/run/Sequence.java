package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.TokenSample;

/// A sample on its way through the layers.
///
/// @param sample whose tokens they are
/// @param rows tokens that go through: all, or all but the last, which predicts nothing within the
///   sample and which no other token sees
record Sequence(TokenSample sample, int rows) {
  /// A sample whose own next tokens are predicted.
  static Sequence ofPredictions(TokenSample sample) {
    return new Sequence(sample, sample.predictions());
  }

  long id() {
    return sample.id();
  }

  int length() {
    return sample.length();
  }

  int token(int position) {
    return sample.token(position);
  }

  @Override
  public String toString() {
    return sample.toString();
  }
}
