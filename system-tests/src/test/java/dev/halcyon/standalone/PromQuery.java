package dev.halcyon.standalone;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The metrics and labels that a PromQL expression names, as far as that can be told without a
/// parser of the whole language.
record PromQuery(Set<String> metrics, Set<String> labels) {
  private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern LABEL_LIST =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
  private static final Pattern BRACES = Pattern.compile("\\{([^}]*)}");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
  private static final Pattern WORD = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  /// Functions and aggregations are followed by a parenthesis, once the lists of labels are taken.
  private static final Pattern NAME =
      Pattern.compile("(?<![\\w:$.])[a-zA-Z_:][a-zA-Z0-9_:]*(?!\\s*\\(|[\\w:])");

  private static final List<String> WORDS = List.of("and", "or", "unless", "bool", "offset");

  static PromQuery parse(String expression) {
    Set<String> labels = new TreeSet<>();
    String rest = TEXT.matcher(expression).replaceAll("0");
    rest = take(LABEL_LIST, rest, labels);
    rest = take(BRACES, rest, labels);
    rest = RANGE.matcher(rest).replaceAll("");
    Set<String> metrics = new TreeSet<>();
    NAME.matcher(rest)
        .results()
        .map(found -> found.group())
        .filter(name -> !WORDS.contains(name))
        .forEach(metrics::add);
    return new PromQuery(metrics, labels);
  }

  private static String take(Pattern list, String expression, Set<String> labels) {
    Matcher matcher = list.matcher(expression);
    StringBuilder rest = new StringBuilder();
    while (matcher.find()) {
      WORD.matcher(matcher.group(1)).results().forEach(label -> labels.add(label.group()));
      matcher.appendReplacement(rest, " ");
    }
    return matcher.appendTail(rest).toString();
  }
}
