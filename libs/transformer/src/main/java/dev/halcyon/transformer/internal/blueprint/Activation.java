package dev.halcyon.transformer.internal.blueprint;

import java.util.Map;
import java.util.Optional;

/// A feed-forward network's non-linearity.
public enum Activation {
  SILU(0),
  GELU(1),
  GELU_TANH(2),
  RELU(3);

  private static final Map<String, Activation> BY_NAME =
      Map.of(
          "silu", SILU,
          "swish", SILU,
          "gelu", GELU,
          "gelu_new", GELU_TANH,
          "gelu_fast", GELU_TANH,
          "gelu_pytorch_tanh", GELU_TANH,
          "relu", RELU);

  private final int number;

  Activation(int number) {
    this.number = number;
  }

  /// The activation of that name in a `config.json`.
  public static Optional<Activation> of(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /// Its number among the operations.
  public int number() {
    return number;
  }
}
