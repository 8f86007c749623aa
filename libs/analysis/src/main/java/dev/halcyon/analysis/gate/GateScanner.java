package dev.halcyon.analysis.gate;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A condition's text, taken from left to right.
final class GateScanner {
  private static final Pattern BLANKS = Pattern.compile("[ \\t\\r\\n]*");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?(?![A-Za-z0-9_.])");
  private static final Pattern PLACE = Pattern.compile("[A-Za-z0-9_.-]+");
  private static final Pattern ANYTHING = Pattern.compile("[A-Za-z0-9_.+-]+|.", Pattern.DOTALL);
  private static final int SHOWN = 40;

  private final String text;
  private int at;

  GateScanner(String text) {
    this.text = text;
  }

  /// Column of what comes next, from 1.
  int column() {
    skipBlanks();
    return at + 1;
  }

  boolean atEnd() {
    skipBlanks();
    return at == text.length();
  }

  /// The word that comes next, left where it is.
  Optional<String> peekWord() {
    return match(WORD).map(Matcher::group);
  }

  /// The word that comes next.
  Optional<String> word() {
    return take(WORD);
  }

  Optional<String> number() {
    return take(NUMBER);
  }

  Optional<String> place() {
    return take(PLACE);
  }

  /// Whether that comes next; it is taken then.
  boolean take(String symbol) {
    skipBlanks();
    boolean next = text.startsWith(symbol, at);
    at += next ? symbol.length() : 0;
    return next;
  }

  /// Whether that whole word comes next; it is taken then.
  boolean takeWord(String word) {
    boolean next = peekWord().filter(word::equals).isPresent();
    return next && take(word);
  }

  /// What stands where something else was expected.
  InvalidGateException expected(String what) {
    return refused(column(), "expected %s, found %s".formatted(what, next()));
  }

  InvalidGateException refused(int column, String problem) {
    return new InvalidGateException(column, problem);
  }

  private String next() {
    if (atEnd()) {
      return "the end";
    }
    String found = match(ANYTHING).map(Matcher::group).orElse("");
    return "`" + (found.length() > SHOWN ? found.substring(0, SHOWN) + "…" : found) + "`";
  }

  private Optional<String> take(Pattern pattern) {
    Optional<Matcher> found = match(pattern);
    found.ifPresent(matcher -> at = matcher.end());
    return found.map(Matcher::group);
  }

  private Optional<Matcher> match(Pattern pattern) {
    skipBlanks();
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    return matcher.lookingAt() ? Optional.of(matcher) : Optional.empty();
  }

  private void skipBlanks() {
    Matcher blanks = BLANKS.matcher(text).region(at, text.length());
    if (blanks.lookingAt()) {
      at = blanks.end();
    }
  }
}
