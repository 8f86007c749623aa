package dev.halcyon.tensors.adapters;

import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.Printable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A key of `rank_pattern` or `alpha_pattern`: a regular expression for the end of a module's name,
/// which begins at a dot or with the name, as PEFT matches it.
///
/// An adapter is hostile until checked, and so is an expression that backtracks for ever: a match
/// may look at so many characters only.
final class ModulePattern {
  private static final int LONGEST = 10_000;
  private static final int MOST_STEPS = 1_000_000;

  private final String source;
  private final String key;
  private final Pattern pattern;

  /// @param source names the file in errors
  /// @throws InvalidCheckpointException where the key is not a regular expression
  ModulePattern(String source, String key) {
    this.source = source;
    this.key = key;
    if (key.length() > LONGEST) {
      throw problem("is longer than any that PEFT writes");
    }
    try {
      this.pattern = Pattern.compile("(.*\\.)?(" + key.replace("(?P<", "(?<") + ")$");
    } catch (PatternSyntaxException e) {
      throw problem("is not a regular expression: " + e.getDescription());
    }
  }

  boolean matches(String module) {
    try {
      return pattern.matcher(new Watched(module)).lookingAt();
    } catch (TooManySteps | StackOverflowError e) {
      throw problem("takes too long to match " + Printable.of(module));
    }
  }

  private InvalidCheckpointException problem(String problem) {
    return new InvalidCheckpointException(
        source, "pattern " + Printable.of(key) + " of a module " + problem);
  }

  private static final class TooManySteps extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooManySteps() {
      super(null, null, false, false);
    }
  }

  /// A name that counts how often it is looked at.
  private static final class Watched implements CharSequence {
    private final String name;
    private int steps;

    Watched(String name) {
      this.name = name;
    }

    @Override
    public char charAt(int index) {
      if (++steps > MOST_STEPS) {
        throw new TooManySteps();
      }
      return name.charAt(index);
    }

    @Override
    public int length() {
      return name.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return name.subSequence(start, end);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
