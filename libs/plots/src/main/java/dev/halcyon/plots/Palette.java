package dev.halcyon.plots;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Colours of a chart's series, by their place; where there are more series, they begin again.
public final class Palette {
  /// The charts' own colours.
  public static final Palette STANDARD = new Palette(List.of());

  private static final Map<String, Integer> NAMED =
      Map.ofEntries(
          Map.entry("black", 0x000000),
          Map.entry("gray", 0x808080),
          Map.entry("grey", 0x808080),
          Map.entry("red", 0xFF0000),
          Map.entry("green", 0x008000),
          Map.entry("blue", 0x0000FF),
          Map.entry("orange", 0xFFA500),
          Map.entry("purple", 0x800080),
          Map.entry("brown", 0xA52A2A),
          Map.entry("pink", 0xFFC0CB),
          Map.entry("cyan", 0x00FFFF),
          Map.entry("magenta", 0xFF00FF),
          Map.entry("olive", 0x808000),
          Map.entry("teal", 0x008080),
          Map.entry("navy", 0x000080),
          Map.entry("tab:blue", 0x1F77B4),
          Map.entry("tab:orange", 0xFF7F0E),
          Map.entry("tab:green", 0x2CA02C),
          Map.entry("tab:red", 0xD62728),
          Map.entry("tab:purple", 0x9467BD),
          Map.entry("tab:brown", 0x8C564B),
          Map.entry("tab:pink", 0xE377C2),
          Map.entry("tab:gray", 0x7F7F7F),
          Map.entry("tab:olive", 0xBCBD22),
          Map.entry("tab:cyan", 0x17BECF));

  private final List<Color> colors;

  private Palette(List<Color> colors) {
    this.colors = List.copyOf(colors);
  }

  /// Colours by their names.
  ///
  /// @param names each `#RRGGBB`, `#RGB`, a name of CSS (`red`), or of matplotlib's tab colours
  ///   (`tab:blue`)
  /// @throws IllegalArgumentException where one is none of these
  public static Palette of(List<String> names) {
    List<Color> colors = new ArrayList<>();
    names.forEach(name -> colors.add(color(name)));
    return new Palette(colors);
  }

  Color color(int series) {
    return colors.isEmpty() ? SeriesStyle.of(series).color() : colors.get(series % colors.size());
  }

  private static Color color(String name) {
    String text = name.strip().toLowerCase(Locale.ROOT);
    if (text.matches("#[0-9a-f]{6}")) {
      return new Color(Integer.parseInt(text.substring(1), 16));
    }
    if (text.matches("#[0-9a-f]{3}")) {
      return color("#" + text.substring(1).replaceAll("([0-9a-f])", "$1$1"));
    }
    Integer named = NAMED.get(text);
    if (named == null) {
      throw new IllegalArgumentException(
          "%s is not a colour: use #RRGGBB or one of %s"
              .formatted(name, NAMED.keySet().stream().sorted().collect(Collectors.joining(", "))));
    }
    return new Color(named);
  }
}
