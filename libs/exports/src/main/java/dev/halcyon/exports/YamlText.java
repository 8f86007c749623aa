package dev.halcyon.exports;

import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.Yaml;

/// YAML with comments above it; lists and maps of plain values on one line.
final class YamlText {
  private static final int WIDTH = 120;

  private YamlText() {}

  /// @param comments one a line
  /// @param document maps, lists, text and numbers
  static String of(List<String> comments, Map<String, ?> document) {
    StringBuilder text = new StringBuilder();
    comments.forEach(line -> text.append("# ").append(line).append('\n'));
    return text.append(new Yaml(options()).dump(document)).toString();
  }

  private static DumperOptions options() {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(FlowStyle.AUTO);
    options.setWidth(WIDTH);
    options.setLineBreak(DumperOptions.LineBreak.UNIX);
    return options;
  }
}
