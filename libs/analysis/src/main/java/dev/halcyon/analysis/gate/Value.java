package dev.halcyon.analysis.gate;

import java.util.Optional;

/// What a quantity is.
///
/// @param number the largest that is defined; NaN where none is
/// @param whose it is: a fine-tune's label, and a tensor
/// @param gap why it might be another number, where a part of it is not defined
record Value(double number, String whose, Optional<String> gap) {
  private static final double WHOLE = 1e15;

  static Value of(double number, String whose) {
    return new Value(number, whose, Optional.empty());
  }

  static Value undefined(String why) {
    return new Value(Double.NaN, "", Optional.of(why));
  }

  /// The larger of two, with the gaps of both.
  Value or(Value other) {
    boolean first = Double.isNaN(other.number) || number >= other.number;
    return new Value(
        first ? number : other.number, first ? whose : other.whose, gap.or(other::gap));
  }

  Truth compare(Operator operator, double bound) {
    boolean holds = operator.holds(number, bound);
    boolean certain = gap.isEmpty() || (operator.growsWithQuantity() && holds);
    return certain ? Truth.of(holds) : Truth.UNDECIDED;
  }

  /// As readable text.
  String text(Truth truth) {
    return truth == Truth.UNDECIDED ? gap.orElseThrow() : "%s, %s".formatted(shown(), whose);
  }

  private String shown() {
    boolean whole = number == Math.rint(number) && Math.abs(number) < WHOLE;
    return whole ? Long.toString((long) number) : Double.toString(number);
  }
}
