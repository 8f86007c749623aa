package dev.halcyon.analysis.gate;

import java.util.Arrays;
import java.util.stream.Collectors;

/// How a quantity is compared with a number.
enum Operator {
  GREATER_OR_EQUAL(">="),
  GREATER(">"),
  LESS_OR_EQUAL("<="),
  LESS("<"),
  EQUAL("=="),
  NOT_EQUAL("!=");

  private final String symbol;

  Operator(String symbol) {
    this.symbol = symbol;
  }

  String symbol() {
    return symbol;
  }

  /// Whether more of the quantity can only make it hold.
  boolean growsWithQuantity() {
    return this == GREATER || this == GREATER_OR_EQUAL;
  }

  boolean holds(double quantity, double bound) {
    return switch (this) {
      case GREATER_OR_EQUAL -> quantity >= bound;
      case GREATER -> quantity > bound;
      case LESS_OR_EQUAL -> quantity <= bound;
      case LESS -> quantity < bound;
      case EQUAL -> quantity == bound;
      case NOT_EQUAL -> quantity != bound;
    };
  }

  static String all() {
    return Arrays.stream(values()).map(Operator::symbol).collect(Collectors.joining(" "));
  }
}
