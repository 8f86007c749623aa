package dev.halcyon.plots;

import dev.halcyon.plots.figure.Drawing;
import dev.halcyon.plots.figure.Drawing.Anchor;
import dev.halcyon.plots.figure.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Title and wrapped subtitle at the top left of a figure.
record Header(String title, List<String> lines) {
  static final double MARGIN = 20;
  private static final double TITLE_BASELINE = 28;
  private static final double FIRST_LINE = 49;
  private static final double LINE_HEIGHT = 16;

  /// @param room pixels between the figure's margins
  static Header of(String title, String subtitle, double room) {
    return new Header(title, wrap(subtitle, room));
  }

  /// The parts that are not blank, joined by semicolons.
  static String joined(String... parts) {
    return Stream.of(parts).filter(part -> !part.isBlank()).collect(Collectors.joining("; "));
  }

  /// Where the content below may begin.
  double bottom() {
    return FIRST_LINE + LINE_HEIGHT * (lines.size() - 1) + 20;
  }

  void draw(Drawing drawing, double titleRoom, double room) {
    drawing.text(title, MARGIN, TITLE_BASELINE, TextStyle.TITLE, Anchor.START, titleRoom);
    for (int i = 0; i < lines.size(); i++) {
      double baseline = FIRST_LINE + i * LINE_HEIGHT;
      drawing.text(lines.get(i), MARGIN, baseline, TextStyle.SUBTITLE, Anchor.START, room);
    }
  }

  private static List<String> wrap(String text, double room) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.strip().split("\\s+", -1)) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (!line.isEmpty() && TextStyle.SUBTITLE.width(longer) > room) {
        lines.add(line.toString());
        longer = word;
      }
      line.setLength(0);
      line.append(longer);
    }
    if (!line.isEmpty()) {
      lines.add(line.toString());
    }
    return lines;
  }
}
