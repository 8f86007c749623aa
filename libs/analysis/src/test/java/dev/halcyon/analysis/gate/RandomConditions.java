package dev.halcyon.analysis.gate;

import dev.halcyon.analysis.gate.Condition.And;
import dev.halcyon.analysis.gate.Condition.Changed;
import dev.halcyon.analysis.gate.Condition.Comparison;
import dev.halcyon.analysis.gate.Condition.Not;
import dev.halcyon.analysis.gate.Condition.Or;
import dev.halcyon.analysis.gate.Condition.Test;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/// Conditions and texts by chance.
final class RandomConditions {
  private static final List<String> NUMBERS = List.of("0", "1e-3", "-2.5", ".5", "3.", "1E+2");
  private static final List<String> PIECES =
      List.of(
          "changed",
          "not",
          "and",
          "or",
          "(",
          ")",
          " ",
          "kl",
          "kl(x)",
          ">",
          "<=",
          "1",
          "-3e4",
          "=",
          "max_distance",
          "\n",
          "é",
          "\"",
          "layer_0",
          ".",
          "\0",
          "😀",
          "e");

  private final Random random;

  RandomConditions(Random random) {
    this.random = random;
  }

  Condition condition(int depth) {
    return switch (depth == 0 ? 3 : random.nextInt(5)) {
      case 0 -> new Or(parts(depth));
      case 1 -> new And(parts(depth));
      case 2 -> new Not(condition(depth - 1));
      default -> test();
    };
  }

  /// Two or more.
  private List<Condition> parts(int depth) {
    List<Condition> parts = new ArrayList<>();
    for (int i = random.nextInt(2, 4); i > 0; i--) {
      parts.add(condition(depth - 1));
    }
    return parts;
  }

  private Test test() {
    Place place = random.nextBoolean() ? Place.ALL : new Place("layer_" + random.nextInt(4));
    if (random.nextInt(3) == 0) {
      return new Changed(1, place);
    }
    Quantity quantity = pick(List.of(Quantity.values()));
    String number = pick(NUMBERS);
    return new Comparison(
        1,
        quantity,
        quantity.takesPlace() ? place : Place.ALL,
        pick(List.of(Operator.values())),
        Double.parseDouble(number),
        number);
  }

  private <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /// With parentheses around all that is no test.
  static String text(Condition condition) {
    return switch (condition) {
      case Or(List<Condition> parts) -> joined(parts, " or ");
      case And(List<Condition> parts) -> joined(parts, " and ");
      case Not(Condition part) -> "not " + text(part);
      case Test test -> test.text();
    };
  }

  private static String joined(List<Condition> parts, String word) {
    return parts.stream().map(RandomConditions::text).collect(Collectors.joining(word, "(", ")"));
  }

  /// What is made of what, without columns.
  static String shape(Condition condition) {
    return switch (condition) {
      case Or(List<Condition> parts) -> "or" + parts.stream().map(RandomConditions::shape).toList();
      case And(List<Condition> parts) ->
          "and" + parts.stream().map(RandomConditions::shape).toList();
      case Not(Condition part) -> "not[" + shape(part) + "]";
      case Changed changed -> "changed" + changed.place();
      case Comparison c -> "" + c.quantity() + c.place() + c.operator() + c.bound();
    };
  }

  static String damaged(String text, Random random) {
    StringBuilder damaged = new StringBuilder(text);
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      int at = random.nextInt(damaged.length() + 1);
      int end = Math.min(damaged.length(), at + random.nextInt(3));
      damaged.replace(at, end, random.nextBoolean() ? "" : piece(random));
    }
    return damaged.toString();
  }

  static String pieces(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(piece(random)).append(random.nextBoolean() ? " " : "");
    }
    return text.toString();
  }

  private static String piece(Random random) {
    return PIECES.get(random.nextInt(PIECES.size()));
  }
}
