package dev.halcyon.transformer.internal.blueprint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Which values of the fields that no architecture reads leave the computation as it is.
///
/// Rules are written one a line, a field's name and its values: `*` for all, `off` for those of a
/// switch that is off (`false`, 0, an empty text, list or object), or the values themselves, also
/// as the elements of a list. A name that begins with `*` stands for all that end so. `null` is as
/// good as an absent field.
final class FieldRules {
  private static final String ANY = "*";
  private static final String OFF = "off";

  /// What a value is known to do.
  enum Effect {
    NONE,
    CHANGES,
    UNKNOWN
  }

  private final Map<String, List<String>> values = new HashMap<>();
  private final Map<String, List<String>> endings = new HashMap<>();

  /// Rules of which later ones win over earlier ones for the same name.
  static FieldRules of(String... rules) {
    FieldRules all = new FieldRules();
    Stream.of(rules).flatMap(String::lines).filter(line -> !line.isBlank()).forEach(all::add);
    return all;
  }

  /// A switch that is off: `false`, 0, `null`, or nothing in it.
  static boolean isOff(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL -> true;
      case BOOLEAN -> !value.booleanValue();
      case NUMBER -> value.doubleValue() == 0;
      case STRING -> value.textValue().isEmpty();
      case ARRAY, OBJECT -> value.isEmpty();
      case BINARY, MISSING, POJO -> false;
    };
  }

  /// What the value does where nothing reads the field.
  Effect effect(String name, JsonNode value) {
    List<String> neutral = neutral(name);
    if (neutral.isEmpty()) {
      return isOff(value) ? Effect.NONE : Effect.UNKNOWN;
    }
    boolean none = value.isNull() || neutral.stream().anyMatch(each -> holds(each, value));
    return none ? Effect.NONE : Effect.CHANGES;
  }

  /// The values that a rule names; empty where there is no rule.
  List<String> neutral(String name) {
    List<String> exact = values.get(name);
    return exact != null
        ? exact
        : endings.entrySet().stream()
            .filter(rule -> name.endsWith(rule.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(List.of());
  }

  private void add(String line) {
    List<String> words = List.of(line.strip().split("\\s+"));
    String name = words.getFirst();
    List<String> rest = words.subList(1, words.size());
    if (name.startsWith(ANY)) {
      endings.put(name.substring(1), rest);
    } else {
      values.put(name, rest);
    }
  }

  /// A list is as its elements are.
  private static boolean holds(String neutral, JsonNode value) {
    return (value.isArray() && !value.isEmpty())
        ? value.valueStream().allMatch(each -> matches(neutral, each))
        : matches(neutral, value);
  }

  private static boolean matches(String neutral, JsonNode value) {
    return switch (neutral) {
      case ANY -> true;
      case OFF -> isOff(value);
      default -> value.isNumber() ? sameNumber(neutral, value) : neutral.equals(value.asText());
    };
  }

  private static boolean sameNumber(String neutral, JsonNode value) {
    try {
      return Double.parseDouble(neutral) == value.doubleValue();
    } catch (NumberFormatException _) {
      return false;
    }
  }
}
