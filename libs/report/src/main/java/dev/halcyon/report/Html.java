package dev.halcyon.report;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// Text in HTML.
final class Html {
  private Html() {}

  /// The text as content of an element or of a quoted attribute.
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /// The text as a value in a URL's fragment.
  static String fragment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// JSON as content of a script element, which only `</script` and `<!--` could end or change.
  static String script(String json) {
    return json.replace("<", "\\u003c");
  }
}
