package dev.halcyon.standalone;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a service answers to Prometheus.
record Scrape(List<Series> series) {
  private static final Pattern LINE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)(?: \\S+)?");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /// A value with its name and labels.
  record Series(String name, Map<String, String> labels, double value) {}

  static Scrape parse(String text) {
    return new Scrape(
        text.lines()
            .filter(line -> !line.startsWith("#") && !line.isBlank())
            .map(Scrape::series)
            .toList());
  }

  static Scrape all(Collection<Scrape> scrapes) {
    return new Scrape(scrapes.stream().flatMap(scrape -> scrape.series.stream()).toList());
  }

  private static Series series(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no series: " + line);
    }
    Map<String, String> labels = new TreeMap<>();
    Matcher label = LABEL.matcher(matcher.group(2) == null ? "" : matcher.group(2));
    while (label.find()) {
      labels.put(label.group(1), label.group(2));
    }
    return new Series(
        matcher.group(1), labels, Double.parseDouble(matcher.group(3).replace("Inf", "Infinity")));
  }

  List<Series> of(String name) {
    return series.stream().filter(each -> each.name.equals(name)).toList();
  }

  Set<String> names() {
    Set<String> names = new TreeSet<>();
    series.forEach(each -> names.add(each.name));
    return names;
  }

  /// The labels that some series of that name has.
  Set<String> labels(String name) {
    Set<String> labels = new TreeSet<>();
    of(name).forEach(each -> labels.addAll(each.labels.keySet()));
    return labels;
  }
}
