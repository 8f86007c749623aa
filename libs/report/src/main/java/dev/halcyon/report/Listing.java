package dev.halcyon.report;

import dev.halcyon.contracts.results.SimilarityResult.Quantiles;
import dev.halcyon.report.PageData.TensorTable;
import dev.halcyon.report.ShownMetrics.Column;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The tensors that a page lists: all of them, or as many as a page of 2 MB has room for, those
/// with the largest numbers. Quantiles are listed of as many.
final class Listing {
  /// Numbers of tensors in a page, at about nine bytes each.
  static final int MOST_NUMBERS = 110_000;

  static final int MOST_QUANTILES = 24_000;

  private static final int DIGITS = 4;
  private static final int COSINE_DIGITS = 6;
  private static final int QUANTILES = 8;
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private final List<TensorEntry> all;
  private final List<Column> columns;
  private final List<String> names;

  Listing(List<TensorEntry> all, List<Column> columns) {
    this.all = all;
    this.columns = columns;
    this.names =
        columns.stream()
            .flatMap(column -> Stream.of(column.name(), column.errorName()))
            .filter(name -> all.stream().anyMatch(one -> Double.isFinite(one.number(name))))
            .toList();
  }

  /// Those that are listed, in their order.
  List<TensorEntry> tensors() {
    return largest(all, MOST_NUMBERS / Math.max(1, names.size()));
  }

  private List<TensorEntry> largest(List<TensorEntry> of, int most) {
    if (of.size() <= most) {
      return of;
    }
    int[] rank = new int[of.size()];
    Arrays.fill(rank, Integer.MAX_VALUE);
    for (Column column : columns) {
      List<Integer> order = order(of, column.name());
      IntStream.range(0, order.size())
          .forEach(place -> rank[order.get(place)] = Math.min(rank[order.get(place)], place));
    }
    Set<Integer> kept =
        new HashSet<>(
            IntStream.range(0, of.size())
                .boxed()
                .sorted(Comparator.comparingInt(index -> rank[index]))
                .limit(most)
                .toList());
    return IntStream.range(0, of.size()).filter(kept::contains).mapToObj(of::get).toList();
  }

  private static List<Integer> order(List<TensorEntry> of, String column) {
    double[] sizes = of.stream().mapToDouble(one -> size(one.number(column))).toArray();
    return IntStream.range(0, of.size())
        .boxed()
        .sorted(Comparator.comparingDouble(index -> -sizes[index]))
        .toList();
  }

  private static double size(double value) {
    return Double.isFinite(value) ? Math.abs(value) : -1;
  }

  TensorTable table(Cells cells) {
    List<TensorEntry> listed = tensors();
    List<String> templates = distinct(listed.stream().map(Listing::template).toList());
    List<String> shapes = distinct(listed.stream().map(Listing::shape).toList());
    Map<String, List<Double>> numbers = new LinkedHashMap<>();
    for (String name : names) {
      numbers.put(
          name, listed.stream().map(one -> Numbers.rounded(one.number(name), DIGITS)).toList());
    }
    return new TensorTable(
        all.size(),
        templates,
        listed.stream().map(one -> templates.indexOf(template(one))).toList(),
        listed.stream().map(Listing::numbers).toList(),
        cells.indices(listed),
        shapes,
        listed.stream().map(one -> shapes.indexOf(shape(one))).toList(),
        numbers,
        quantiles(listed),
        notes(listed));
  }

  private static String template(TensorEntry tensor) {
    return NUMBER.matcher(tensor.name().key().replace('#', '?')).replaceAll("#");
  }

  private static String numbers(TensorEntry tensor) {
    return String.join(
        " ", NUMBER.matcher(tensor.name().key()).results().map(result -> result.group()).toList());
  }

  private static String shape(TensorEntry tensor) {
    return tensor.shape().rank() == 0
        ? "scalar"
        : String.join("×", tensor.shape().dimensions().stream().map(String::valueOf).toList());
  }

  private static List<String> distinct(Collection<String> texts) {
    return texts.stream().distinct().toList();
  }

  private Map<String, Map<Integer, List<Double>>> quantiles(List<TensorEntry> listed) {
    int pairs = listed.stream().mapToInt(one -> one.quantiles().size()).max().orElse(0);
    Set<TensorEntry> detailed =
        new HashSet<>(largest(listed, MOST_QUANTILES / Math.max(1, pairs * QUANTILES)));
    Map<String, Map<Integer, List<Double>>> quantiles = new LinkedHashMap<>();
    for (int i = 0; i < listed.size(); i++) {
      if (detailed.contains(listed.get(i))) {
        put(quantiles, i, listed.get(i));
      }
    }
    return quantiles;
  }

  private static void put(
      Map<String, Map<Integer, List<Double>>> quantiles, int index, TensorEntry tensor) {
    tensor
        .quantiles()
        .forEach((pair, values) ->
            quantiles
                .computeIfAbsent(pair, _ -> new LinkedHashMap<>())
                .put(index, rounded(values)));
  }

  private static List<Double> rounded(Quantiles values) {
    return Stream.of(
            values.min(),
            values.p01(),
            values.p05(),
            values.p25(),
            values.p50(),
            values.p75(),
            values.p95(),
            values.max())
        .map(value -> Numbers.rounded(value, COSINE_DIGITS))
        .toList();
  }

  private static Map<Integer, String> notes(List<TensorEntry> listed) {
    Map<Integer, String> notes = new LinkedHashMap<>();
    for (int i = 0; i < listed.size(); i++) {
      int index = i;
      listed.get(i).note().ifPresent(note -> notes.put(index, note));
    }
    return notes;
  }
}
