package dev.halcyon.services.plotter;

import java.util.Locale;
import java.util.Map;

/// Media types of result files, by the ending of their names.
final class ContentTypes {
  private static final String OTHER = "application/octet-stream";
  private static final Map<String, String> BY_ENDING =
      Map.of(
          "csv", "text/csv;charset=UTF-8",
          "html", "text/html;charset=UTF-8",
          "json", "application/json",
          "png", "image/png",
          "svg", "image/svg+xml");

  private ContentTypes() {}

  static String of(String name) {
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return BY_ENDING.getOrDefault(ending, OTHER);
  }
}
