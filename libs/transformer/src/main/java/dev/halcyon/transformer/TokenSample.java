package dev.halcyon.transformer;

import static java.util.Objects.requireNonNull;

/// A text's tokens.
///
/// Its first token predicts the second, and so on: `T` tokens make `T - 1` predictions.
public final class TokenSample {
  private final long id;
  private final int[] tokens;

  /// Copies the tokens.
  ///
  /// @param id number of the sample within the calibration set, whatever part of it a run is given;
  ///   labels drawn from the model depend on it
  /// @param tokens at least two
  public TokenSample(long id, int[] tokens) {
    this.id = id;
    this.tokens = requireNonNull(tokens, "tokens is null").clone();
    if (tokens.length < 2) {
      throw new IllegalArgumentException(
          "sample " + id + " has " + tokens.length + " tokens, at least 2 are needed");
    }
  }

  public long id() {
    return id;
  }

  /// Number of tokens.
  public int length() {
    return tokens.length;
  }

  /// Tokens that it predicts.
  public int predictions() {
    return tokens.length - 1;
  }

  public int token(int position) {
    return tokens[position];
  }

  @Override
  public String toString() {
    return "sample " + id + " of " + tokens.length + " tokens";
  }
}
