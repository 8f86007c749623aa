package dev.halcyon.report;

import java.util.Map;
import java.util.stream.Collectors;

/// A sentence of the verdict and the view that shows its number.
///
/// @param text readable sentence
/// @param view that shows it
/// @param settings of the page there, as `metric` and `pair`
record Statement(String text, View view, Map<String, String> settings) {
  /// A part of the page.
  enum View {
    HEAT_MAP("heatmap", "Heat map"),
    DEPTH("depth", "Over depth"),
    IMPORTANCE("importance", "Importance and change"),
    LAYERS("layers", "By layer"),
    COMPONENTS("components", "By component"),
    TENSORS("tensors", "Tensors"),
    TEXTS("texts", "Texts"),
    SKIPPED("skipped", "Skipped tensors"),
    RUN("run", "Run");

    private final String id;
    private final String label;

    View(String id, String label) {
      this.id = id;
      this.label = label;
    }

    String id() {
      return id;
    }

    String label() {
      return label;
    }
  }

  static Statement of(String text, View view) {
    return new Statement(text, view, Map.of());
  }

  static Statement of(String text, View view, Metric metric, String which) {
    return new Statement(text, view, Map.of("metric", metric.id(), "of", which));
  }

  /// As an entry of a list.
  String html() {
    String address =
        settings.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(one -> "&" + one.getKey() + "=" + Html.fragment(one.getValue()))
            .collect(Collectors.joining("", "#view=" + view.id(), ""));
    return "<li>%s <a href=\"%s\">%s</a></li>\n"
        .formatted(Html.escape(text), Html.escape(address), Html.escape(view.label()));
  }
}
