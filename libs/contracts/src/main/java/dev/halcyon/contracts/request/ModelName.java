package dev.halcyon.contracts.request;

import java.util.ArrayList;
import java.util.List;

/// What results call a request's models and their pairs: `base`, `ft1`, …; `base_vs_ft1`, …
public final class ModelName {
  public static final String BASE = "base";
  private static final String FINE_TUNE = "ft";
  private static final String VERSUS = "_vs_";

  private ModelName() {}

  /// The name of the model at that place, 0 being the base.
  public static String of(int index) {
    return index == 0 ? BASE : FINE_TUNE + index;
  }

  /// The names of a base and so many fine-tunes.
  public static List<String> all(int models) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < models; i++) {
      names.add(of(i));
    }
    return names;
  }

  /// The name of a pair, as `base_vs_ft1`.
  public static String pair(String first, String second) {
    return first + VERSUS + second;
  }

  /// All pairs, the base's first: `base_vs_ft1 … base_vs_ftN, ft1_vs_ft2, …`.
  public static List<Pair> pairs(List<String> models) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      for (int j = i + 1; j < models.size(); j++) {
        pairs.add(new Pair(models.get(i), models.get(j)));
      }
    }
    return pairs;
  }

  /// Two models that are compared.
  public record Pair(String first, String second) {
    public String name() {
      return pair(first, second);
    }

    public boolean involvesBase() {
      return first.equals(BASE);
    }
  }
}
