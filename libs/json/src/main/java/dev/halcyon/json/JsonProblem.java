package dev.halcyon.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.util.List;
import java.util.regex.Pattern;

/// What is wrong with JSON, as a message for its author, without the parser's own options.
public final class JsonProblem {
  private static final String UNKNOWN = "unexpected content";

  private static final List<Rewriting> REWRITINGS =
      List.of(
          new Rewriting(
              "\\[Source: [^;\\]]*; line: (\\d+), column: (\\d+)\\]", "line $1, column $2"),
          new Rewriting(", from `[^`]*`", ""),
          new Rewriting(":? ?enable `[^`]*`( to allow)?", ""),
          new Rewriting(": maybe a \\(non-standard\\) comment\\?", ": JSON has no comments"),
          new Rewriting(" ?\\(not recognized[^)]*\\)", ""),
          new Rewriting("Trailing token .*", "the document goes on after its end"),
          new Rewriting("token 'null', 'true' or 'false'", "null, true or false"));

  private static final Pattern OPTION =
      Pattern.compile("Feature\\b|REDACTED|StreamRead|JsonRead|FAIL_ON_");

  private JsonProblem() {}

  private record Rewriting(Pattern pattern, String replacement) {
    Rewriting(String pattern, String replacement) {
      this(Pattern.compile(pattern), replacement);
    }
  }

  /// As `line 3, column 14: Unexpected character ('}' (code 125))…`.
  public static String of(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null || at.getLineNr() < 1
        ? reason(e)
        : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": " + reason(e);
  }

  /// What is wrong, without the place.
  public static String reason(JsonProcessingException e) {
    if (e instanceof JsonEOFException) {
      return "it ends too early; is the file cut off?";
    }
    String message = e.getOriginalMessage().lines().findFirst().orElse("");
    for (Rewriting rewriting : REWRITINGS) {
      message = rewriting.pattern().matcher(message).replaceAll(rewriting.replacement());
    }
    return OPTION.matcher(message).find() ? UNKNOWN : message;
  }

  /// Whether the document may be JSON, and is only larger or deeper than what is read.
  public static boolean isBeyondLimits(JsonProcessingException e) {
    return e instanceof StreamConstraintsException;
  }
}
