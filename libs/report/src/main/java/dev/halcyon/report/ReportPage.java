package dev.halcyon.report;

import dev.halcyon.contracts.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `report.html`: one page with a report's verdict, figures and tables. It loads nothing from
/// anything.
public final class ReportPage {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

  private ReportPage() {}

  /// The page in UTF-8.
  public static byte[] of(ReportContent content) {
    List<TensorEntry> tensors = Tensors.of(content);
    String style = PageResource.own("page.css");
    String library = PageResource.d3();
    String script = PageResource.script();
    Map<String, String> parts =
        Map.ofEntries(
            Map.entry("policy", Html.escape(ContentPolicy.of(style, library, script))),
            Map.entry("title", Html.escape(String.join(", ", content.labels()))),
            Map.entry("style", style),
            Map.entry("verdict", Verdict.of(content, tensors).html()),
            Map.entry("library", library),
            Map.entry("library_version", Html.escape(PageResource.d3Version())),
            Map.entry("library_licence", Html.escape(PageResource.d3Licence())),
            Map.entry("data", json(new PageDataBuilder(content, tensors).data())),
            Map.entry("run", json(RunData.of(content))),
            Map.entry("script", script));
    return filled(PageResource.own("page.html"), parts).getBytes(StandardCharsets.UTF_8);
  }

  private static String json(Object value) {
    return Html.script(new String(Json.bytes(value), StandardCharsets.UTF_8));
  }

  private static String filled(String template, Map<String, String> parts) {
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(place -> Matcher.quoteReplacement(parts.get(place.group(1))));
  }
}
