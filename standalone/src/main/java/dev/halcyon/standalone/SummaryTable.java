package dev.halcyon.standalone;

import com.google.errorprone.annotations.FormatMethod;
import dev.halcyon.contracts.job.Plan.SkippedTensor;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.request.ModelName.Pair;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.PairSummary;
import dev.halcyon.contracts.results.Report.TensorRow;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.Summary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// A report in brief, for a terminal.
final class SummaryTable {
  private static final int MOST_CHANGED = 5;
  private static final int MOST_CHANGED_OF_ALL = 30;
  private static final int MOST_PAIRS = 28;
  private static final int SKIPS_SHOWN = 10;
  private static final int EXAMPLES = 3;
  private static final double PER_MILLE = 1000.0;

  private final Report report;
  private final Map<String, String> labels;

  /// @param labels of the report's models, the base first
  SummaryTable(Report report, List<String> labels) {
    this.report = report;
    this.labels = new HashMap<>();
    for (int i = 0; i < labels.size(); i++) {
      this.labels.put(ModelName.of(i), labels.get(i));
    }
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        format(
            "Compared %d tensors, %s, in %.1f s (%s/s).",
            report.plan().tensors(),
            Bytes.text(report.plan().bytes()),
            report.run().seconds(),
            Bytes.text((long) report.run().bytesPerSecond())));
    lines.addAll(coverage());
    lines.addAll(prefixes());
    lines.add("");
    if (onlyVectors()) {
      lines.add(
          "Only vectors (norms, biases) were compared, and none of the models' matrices: whether"
              + " the models differ is not known.");
    } else {
      lines.addAll(pairs());
      lines.add("");
      lines.addAll(mostChanged());
    }
    lines.addAll(remarks());
    lines.addAll(skipped());
    return lines;
  }

  /// What of the models has no part in the numbers, and what a reader must know of them.
  List<String> leftOut() {
    List<String> lines = new ArrayList<>(coverage());
    lines.addAll(prefixes());
    if (!lines.isEmpty()) {
      lines.addFirst("");
    }
    lines.addAll(remarks());
    lines.addAll(skipped());
    return lines;
  }

  /// How much of each model was compared, unless it was all of all.
  private List<String> coverage() {
    return complete()
        ? List.of()
        : report.models().stream()
            .map(model ->
                format(
                    "Of %s, %s were compared (%.1f %%).",
                    labels.get(model.name()),
                    Bytes.text(model.compared(), model.bytes()),
                    Math.floor(PER_MILLE * model.compared() / model.bytes()) / 10))
            .toList();
  }

  private boolean complete() {
    return report.models().stream().allMatch(model -> model.compared() >= model.bytes());
  }

  /// Whether matrices, which make up a model, had no part in the numbers.
  private boolean onlyVectors() {
    return !complete() && report.results().stream().allMatch(row -> row.shape().rank() < 2);
  }

  private List<String> prefixes() {
    return report.models().stream()
        .flatMap(model ->
            model.prefixes().stream()
                .map(prefix -> prefix(labels.get(model.name()), prefix.name(), prefix.key())))
        .toList();
  }

  private static String prefix(String model, String name, String key) {
    if (name.isEmpty()) {
      return "Names of %s are read with %s before them.".formatted(model, key);
    }
    return key.isEmpty()
        ? "Names of %s are read without their prefix %s".formatted(model, name)
        : "Names of %s that begin with %s are read with %s in its place."
            .formatted(model, name, key);
  }

  private List<String> pairs() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("pair", "mean cosine", "1-cosine: mean", "std", "min", "max", "tensors"));
    List<Pair> shown = shownPairs();
    for (PairSummary pair : report.summary()) {
      if (shown.stream().noneMatch(one -> one.name().equals(pair.pair()))) {
        continue;
      }
      Summary distance = pair.distance();
      rows.add(
          List.of(
              label(pair.pair()),
              format("%.9f", pair.cosine().mean()),
              scientific(distance.mean()),
              scientific(distance.std()),
              scientific(distance.min()),
              scientific(distance.max()),
              "" + distance.count()));
    }
    List<String> lines = new ArrayList<>(columns(rows));
    if (shown.size() < report.summary().size()) {
      lines.add(
          format(
              "and %d pairs of fine-tunes; similarity_results.csv has them all",
              report.summary().size() - shown.size()));
    }
    return lines;
  }

  private List<Pair> allPairs() {
    return ModelName.pairs(report.models().stream().map(Report.Model::name).toList());
  }

  private List<Pair> shownPairs() {
    return allPairs().size() <= MOST_PAIRS ? allPairs() : pairsWithBase();
  }

  private List<Pair> pairsWithBase() {
    return allPairs().stream().filter(Pair::involvesBase).toList();
  }

  private List<String> mostChanged() {
    List<Pair> pairs = pairsWithBase();
    int each = Math.clamp(MOST_CHANGED_OF_ALL / pairs.size(), 1, MOST_CHANGED);
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("most changed", "1-cosine", "tensor"));
    for (Pair pair : pairs) {
      for (Changed changed : mostChanged(pair, each)) {
        rows.add(List.of(label(pair.name()), scientific(changed.distance()), changed.tensor()));
      }
    }
    return rows.size() == 1 ? List.of(unchanged()) : columns(rows);
  }

  private String unchanged() {
    return complete()
        ? "No tensor changed its direction."
        : "No tensor that was compared changed its direction; others were not compared.";
  }

  private record Changed(String tensor, double distance) {}

  private List<Changed> mostChanged(Pair pair, int most) {
    List<Changed> all = new ArrayList<>();
    for (TensorRow row : report.results()) {
      for (PairSimilarity found : row.similarity().pairs()) {
        if (found.pair().equals(pair.name()) && found.distance() > 0) {
          all.add(new Changed(row.tensorKey(), found.distance()));
        }
      }
    }
    return all.stream()
        .sorted(Comparator.comparingDouble(Changed::distance).reversed())
        .limit(most)
        .toList();
  }

  private List<String> remarks() {
    List<String> lines = notes();
    for (TensorRow row : report.results()) {
      row.similarity()
          .nonFinite()
          .forEach(found ->
              lines.add(
                  format(
                      "Warning: %s of %s holds %d infinite or undefined values: its statistics are"
                          + " empty.",
                      row.tensorKey(), labels.get(found.model()), found.elements())));
    }
    if (!lines.isEmpty()) {
      lines.addFirst("");
    }
    return lines;
  }

  /// A line for each note, however many tensors have it.
  private List<String> notes() {
    Map<String, List<String>> tensors = new LinkedHashMap<>();
    for (TensorRow row : report.results()) {
      row.note()
          .ifPresent(
              note -> tensors.computeIfAbsent(note, _ -> new ArrayList<>()).add(row.tensorKey()));
    }
    List<String> lines = new ArrayList<>();
    tensors.forEach((note, keys) ->
        lines.add(
            "Note: %s: %s."
                .formatted(keys.size() == 1 ? keys.getFirst() : keys.size() + " tensors", note)));
    return lines;
  }

  private List<String> skipped() {
    if (report.skipped().isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(format("Not compared, or not for every pair: %d tensors.", report.plan().skipped()));
    Map<String, List<SkippedTensor>> byDetail =
        report.skipped().stream()
            .collect(
                Collectors.groupingBy(
                    SkippedTensor::detail, java.util.LinkedHashMap::new, Collectors.toList()));
    byDetail.entrySet().stream()
        .limit(SKIPS_SHOWN)
        .forEach(entry -> lines.add("  " + entry.getKey() + ": " + examples(entry.getValue())));
    if (byDetail.size() > SKIPS_SHOWN) {
      lines.add("  and others; report.json lists them all");
    }
    return lines;
  }

  private static String examples(List<SkippedTensor> tensors) {
    String named =
        tensors.stream()
            .limit(EXAMPLES)
            .map(SkippedTensor::tensor)
            .collect(Collectors.joining(", "));
    return tensors.size() <= EXAMPLES ? named : named + ", … (" + tensors.size() + ")";
  }

  private String label(String pair) {
    return allPairs().stream()
        .filter(found -> found.name().equals(pair))
        .map(found -> labels.get(found.first()) + " – " + labels.get(found.second()))
        .findFirst()
        .orElse(pair);
  }

  private static List<String> columns(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        boolean text = i == 0 || rows.getFirst().get(i).equals("tensor");
        line.append(i == 0 ? "" : "  ")
            .append(text ? left(row.get(i), widths[i]) : right(row.get(i), widths[i]));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static String left(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  private static String right(String text, int width) {
    return " ".repeat(width - text.length()) + text;
  }

  private static String scientific(double value) {
    return Double.isFinite(value) ? format("%.3e", value) : "-";
  }

  @FormatMethod
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
