package dev.halcyon.standalone;

import dev.halcyon.plots.DivergenceChart.Slot;
import dev.halcyon.plots.DivergenceChart.Value;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Shares of several models, layer by layer; a layer that a model does not have is empty.
///
/// @param models in the order of the series
record ImportanceTable(List<ImportanceFile> models) {
  private static final List<String> BEFORE = List.of("embeddings");
  private static final List<String> BEHIND = List.of("final_norm", "lm_head");

  ImportanceTable {
    models = List.copyOf(models);
  }

  List<Slot> layers() {
    return slots(inOrder(names(ImportanceFile::layers)), ImportanceFile::layers);
  }

  /// Empty unless all models have them.
  List<Slot> components() {
    boolean all = models.stream().noneMatch(model -> model.components().isEmpty());
    return all
        ? slots(List.copyOf(names(ImportanceFile::components)), ImportanceFile::components)
        : List.of();
  }

  private Set<String> names(Function<ImportanceFile, Map<String, Double>> of) {
    Set<String> names = new LinkedHashSet<>();
    models.forEach(model -> names.addAll(of.apply(model).keySet()));
    return names;
  }

  private List<Slot> slots(List<String> names, Function<ImportanceFile, Map<String, Double>> of) {
    return names.stream()
        .map(name ->
            new Slot(
                name,
                ImportanceFile.layer(name),
                models.stream().map(model -> value(model, name, of)).toList()))
        .toList();
  }

  private static Value value(
      ImportanceFile model, String name, Function<ImportanceFile, Map<String, Double>> of) {
    return new Value(
        of.apply(model).getOrDefault(name, Double.NaN),
        model.errors().getOrDefault(name, Double.NaN));
  }

  /// Embeddings, layers by number, final norm, head, and what else there is.
  static List<String> inOrder(Collection<String> names) {
    return names.stream()
        .sorted(
            Comparator.comparingInt(ImportanceTable::place)
                .thenComparingInt(name -> ImportanceFile.layer(name).orElse(0))
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  private static int place(String name) {
    if (BEFORE.contains(name)) {
      return 0;
    }
    if (ImportanceFile.layer(name).isPresent()) {
      return 1;
    }
    return BEHIND.contains(name) ? 2 + BEHIND.indexOf(name) : 2 + BEHIND.size();
  }
}
