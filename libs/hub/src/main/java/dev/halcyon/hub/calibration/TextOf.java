package dev.halcyon.hub.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// How a row becomes a text.
sealed interface TextOf {
  /// The row's text; empty where it has none.
  ///
  /// @param language asked for; empty for any
  Optional<String> text(JsonNode row, Optional<String> language);

  /// Columns it is made of.
  List<String> columns();

  /// Columns that hold text, joined; those that are empty are left out.
  record Columns(List<String> columns, String separator) implements TextOf {
    public Columns {
      columns = List.copyOf(columns);
    }

    @Override
    public Optional<String> text(JsonNode row, Optional<String> language) {
      String joined =
          columns.stream()
              .map(row::path)
              .filter(JsonNode::isTextual)
              .map(JsonNode::asText)
              .filter(text -> !text.isEmpty())
              .collect(Collectors.joining(separator));
      return Optional.of(joined).filter(text -> !text.isEmpty());
    }
  }

  /// The first solution in a language, where a row holds several with their languages' numbers, as
  /// in code_contests.
  record FirstSolution(String column, String defaultLanguage) implements TextOf {
    private static final Map<String, List<Integer>> NUMBERS =
        Map.of("python", List.of(3), "python2", List.of(1), "c++", List.of(2), "java", List.of(4));

    @Override
    public Optional<String> text(JsonNode row, Optional<String> language) {
      List<Integer> wanted = numbers(language.orElse(defaultLanguage));
      JsonNode languages = row.path(column).path("language");
      JsonNode solutions = row.path(column).path("solution");
      for (int i = 0; i < languages.size(); i++) {
        if (wanted.contains(languages.get(i).asInt(-1)) && solutions.path(i).isTextual()) {
          return Optional.of(solutions.path(i).asText());
        }
      }
      return Optional.empty();
    }

    @Override
    public List<String> columns() {
      return List.of(column);
    }

    private static List<Integer> numbers(String language) {
      List<Integer> numbers = NUMBERS.get(language.toLowerCase(Locale.ROOT));
      if (numbers == null) {
        throw new IllegalArgumentException(
            "no solutions in the language '"
                + language
                + "': there are "
                + NUMBERS.keySet().stream().sorted().toList());
      }
      return numbers;
    }
  }
}
