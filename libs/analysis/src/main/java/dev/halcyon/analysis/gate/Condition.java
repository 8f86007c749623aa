package dev.halcyon.analysis.gate;

import java.util.List;
import java.util.stream.Stream;

/// A condition on what a run found.
sealed interface Condition {
  /// At least one of them.
  record Or(List<Condition> parts) implements Condition {
    public Or {
      parts = List.copyOf(parts);
    }
  }

  /// All of them.
  record And(List<Condition> parts) implements Condition {
    public And {
      parts = List.copyOf(parts);
    }
  }

  record Not(Condition part) implements Condition {}

  /// What can be looked up.
  sealed interface Test extends Condition {
    /// Where it stands in the condition's text, from 1.
    int column();

    Source source();

    Place place();

    /// As it is written.
    String text();
  }

  /// Whether an element of a tensor differs from the base's.
  record Changed(int column, Place place) implements Test {
    static final String NAME = "changed";

    @Override
    public Source source() {
      return Source.SIMILARITY;
    }

    @Override
    public String text() {
      return NAME + place.text();
    }
  }

  /// A quantity beside a number.
  ///
  /// @param number as it is written
  record Comparison(
      int column, Quantity quantity, Place place, Operator operator, double bound, String number)
      implements Test {
    @Override
    public Source source() {
      return quantity.source();
    }

    @Override
    public String text() {
      return "%s%s %s %s".formatted(quantity.text(), place.text(), operator.symbol(), number);
    }
  }

  /// All tests, from left to right.
  default Stream<Test> tests() {
    return switch (this) {
      case Or(List<Condition> parts) -> parts.stream().flatMap(Condition::tests);
      case And(List<Condition> parts) -> parts.stream().flatMap(Condition::tests);
      case Not(Condition part) -> part.tests();
      case Test test -> Stream.of(test);
    };
  }
}
