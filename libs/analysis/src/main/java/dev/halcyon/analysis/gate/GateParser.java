package dev.halcyon.analysis.gate;

import dev.halcyon.analysis.gate.Condition.And;
import dev.halcyon.analysis.gate.Condition.Changed;
import dev.halcyon.analysis.gate.Condition.Comparison;
import dev.halcyon.analysis.gate.Condition.Not;
import dev.halcyon.analysis.gate.Condition.Or;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// Reads a condition:
///
/// ```
/// condition  = all { "or" all }
/// all        = negatable { "and" negatable }
/// negatable  = "not" negatable | "(" condition ")" | test
/// test       = "changed" [ place ] | quantity [ place ] operator number
/// place      = "(" name ")"
/// ```
final class GateParser {
  /// Real conditions are shorter; the limit protects the stack.
  private static final int DEEPEST = 50;

  private static final int LONGEST = 10_000;
  private static final String OR = "or";
  private static final String AND = "and";
  private static final String NOT = "not";

  private final GateScanner scanner;
  private int depth;

  private GateParser(String text) {
    this.scanner = new GateScanner(text);
  }

  /// @throws InvalidGateException where the text is not written so
  static Condition parse(String text) {
    if (text.length() > LONGEST) {
      throw new InvalidGateException(
          LONGEST + 1, "a condition of more than %d characters".formatted(LONGEST));
    }
    GateParser parser = new GateParser(text);
    Condition condition = parser.condition();
    if (!parser.scanner.atEnd()) {
      throw parser.scanner.expected("`and`, `or` or the end");
    }
    return condition;
  }

  private Condition condition() {
    return joined(OR, this::all, Or::new);
  }

  private Condition all() {
    return joined(AND, this::negatable, And::new);
  }

  private Condition joined(
      String word, Supplier<Condition> part, Function<List<Condition>, Condition> whole) {
    List<Condition> parts = new ArrayList<>(List.of(part.get()));
    while (scanner.takeWord(word)) {
      parts.add(part.get());
    }
    return parts.size() == 1 ? parts.getFirst() : whole.apply(parts);
  }

  private Condition negatable() {
    int column = scanner.column();
    if (++depth > DEEPEST) {
      throw scanner.refused(
          column, "more than %d parentheses and `not` inside one another".formatted(DEEPEST));
    }
    Condition found = nested();
    depth--;
    return found;
  }

  private Condition nested() {
    if (scanner.takeWord(NOT)) {
      return new Not(negatable());
    }
    if (!scanner.take("(")) {
      return test();
    }
    Condition inside = condition();
    close();
    return inside;
  }

  private Condition test() {
    int column = scanner.column();
    String name = scanner.peekWord().orElse("");
    if (scanner.takeWord(Changed.NAME)) {
      return new Changed(column, place());
    }
    Quantity quantity =
        Quantity.of(name)
            .orElseThrow(() ->
                scanner.expected(
                    "`not`, `(`, `%s` or a quantity (%s)".formatted(Changed.NAME, Quantity.all())));
    var _ = scanner.word();
    return comparison(column, quantity, quantity.takesPlace() ? place() : Place.ALL);
  }

  private Comparison comparison(int column, Quantity quantity, Place place) {
    Operator operator = operator(quantity);
    int numberColumn = scanner.column();
    String number =
        scanner
            .number()
            .orElseThrow(() -> scanner.expected("a number after `" + operator.symbol() + "`"));
    double bound = Double.parseDouble(number);
    if (Double.isInfinite(bound)) {
      throw scanner.refused(numberColumn, "%s is too large a number".formatted(number));
    }
    return new Comparison(column, quantity, place, operator, bound, number);
  }

  private Operator operator(Quantity quantity) {
    for (Operator operator : Operator.values()) {
      if (scanner.take(operator.symbol())) {
        return operator;
      }
    }
    throw scanner.expected("one of %s after `%s`".formatted(Operator.all(), quantity.text()));
  }

  private Place place() {
    if (!scanner.take("(")) {
      return Place.ALL;
    }
    String name =
        scanner
            .place()
            .orElseThrow(() ->
                scanner.expected("a layer (layer_0, embeddings) or the end of a tensor's key"));
    close();
    return new Place(name);
  }

  private void close() {
    if (!scanner.take(")")) {
      throw scanner.expected("`)`");
    }
  }
}
