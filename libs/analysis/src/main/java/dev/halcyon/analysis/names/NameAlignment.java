package dev.halcyon.analysis.names;

import static java.util.Objects.requireNonNull;

import dev.halcyon.tensors.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the prefixes in which the tensor names of two models differ: a wrapper in one model
/// (`module.`, `language_model.`), or a different prefix.
///
/// A prefix is taken for another where most tensors behind the two have the same names and shapes.
/// The one that pairs most is taken first, then the next for the tensors that are left, so that the
/// towers of a model may lie behind prefixes of their own. Where two would pair as many tensors in
/// different ways, neither is taken.
public final class NameAlignment {
  /// Of the tensors that are left in the model that has fewer, a prefix must pair one in so many.
  private static final int LEAST_SHARE = 4;

  /// Of the tensors behind the two prefixes, where there are fewer, one in so many.
  private static final int LEAST_COVERAGE = 2;

  /// Components that name a tensor's own module, as `lm_head.weight`.
  private static final int LEAST_COMPONENTS = 2;

  private final Map<String, Shape> known;
  private final Map<String, Shape> openKeys;
  private final Map<String, Shape> openNames;
  private final Map<String, String> keys = new LinkedHashMap<>();
  private final List<Renaming> renamings = new ArrayList<>();

  /// Names that begin with `from` are read as if they began with `to`.
  public record Renaming(String from, String to) {
    public Renaming {
      requireNonNull(from, "from is null");
      requireNonNull(to, "to is null");
    }

    private String of(String name) {
      return to + name.substring(from.length());
    }
  }

  /// What was found.
  ///
  /// @param renamings in the order in which they were found
  /// @param keys of all of the model's names, by name
  public record Aligned(List<Renaming> renamings, Map<String, String> keys) {
    public Aligned {
      renamings = List.copyOf(renamings);
    }
  }

  private NameAlignment(Map<String, Shape> known, Map<String, Shape> names) {
    this.known = known;
    this.openKeys = new LinkedHashMap<>(known);
    this.openNames = new LinkedHashMap<>(names);
    openKeys.keySet().removeAll(names.keySet());
    openNames.keySet().removeAll(known.keySet());
  }

  /// Gives each name the key that it has among those that are known, or leaves it.
  ///
  /// @param known keys with the shapes of their tensors
  /// @param names with the shapes of their tensors
  public static Aligned of(Map<String, Shape> known, Map<String, Shape> names) {
    NameAlignment alignment = new NameAlignment(known, names);
    names.keySet().forEach(name -> alignment.keys.put(name, name));
    alignment.run();
    return new Aligned(alignment.renamings, alignment.keys);
  }

  private void run() {
    Optional<Candidate> next = best();
    while (next.isPresent()) {
      pair(next.get().renaming());
      next = best();
    }
    openNames.keySet().forEach(this::renameAlone);
  }

  private void pair(Renaming renaming) {
    renamings.add(renaming);
    for (String name : List.copyOf(openNames.keySet())) {
      if (name.startsWith(renaming.from())) {
        String key = renaming.of(name);
        if (openKeys.remove(key) != null) {
          keys.put(name, key);
          openNames.remove(name);
        }
      }
    }
  }

  /// Names without a partner are renamed too, so that fine-tunes which have a tensor that the base
  /// has not keep their likeness.
  private void renameAlone(String name) {
    renamings.stream()
        .filter(renaming -> renamings.size() == 1 || !renaming.from().isEmpty())
        .filter(renaming -> name.startsWith(renaming.from()))
        .map(renaming -> renaming.of(name))
        .findFirst()
        .filter(key -> !known.containsKey(key) && !keys.containsKey(key))
        .ifPresent(key -> keys.put(name, key));
  }

  /// A renaming with the number of tensors that it pairs.
  private record Candidate(Renaming renaming, int pairs) {}

  private Optional<Candidate> best() {
    Map<String, Map<String, Shape>> behindKeys = byPrefix(openKeys);
    Map<String, Map<String, Shape>> behindNames = byPrefix(openNames);
    List<Candidate> candidates = new ArrayList<>();
    int least = Math.ceilDiv(Math.min(openKeys.size(), openNames.size()), LEAST_SHARE);
    behindNames.forEach((from, own) ->
        behindKeys.forEach((to, other) -> {
          if (!lastComponent(from).equals(lastComponent(to))
              && Math.min(own.size(), other.size()) >= least) {
            int pairs = pairs(own, other);
            if (isEnough(from, to, pairs, Math.min(own.size(), other.size()), least)) {
              candidates.add(new Candidate(new Renaming(from, to), pairs));
            }
          }
        }));
    candidates.sort(Comparator.comparingInt(Candidate::pairs).reversed());
    boolean ambiguous =
        candidates.size() > 1 && candidates.get(0).pairs() == candidates.get(1).pairs();
    return ambiguous ? Optional.empty() : candidates.stream().findFirst();
  }

  /// One tensor is not enough to take one name for another, unless one is the other's end.
  private static boolean isEnough(String from, String to, int pairs, int behind, int least) {
    boolean one = pairs == 1 && !from.isEmpty() && !to.isEmpty();
    return pairs >= Math.max(1, least) && pairs * LEAST_COVERAGE >= behind && !one;
  }

  private static int pairs(Map<String, Shape> one, Map<String, Shape> other) {
    if (one.size() > other.size()) {
      return pairs(other, one);
    }
    int pairs = 0;
    for (Map.Entry<String, Shape> tensor : one.entrySet()) {
      if (tensor.getValue().equals(other.get(tensor.getKey()))) {
        pairs++;
      }
    }
    return pairs;
  }

  /// What lies behind each prefix: whole components before the first number, and not just before
  /// it.
  private static Map<String, Map<String, Shape>> byPrefix(Map<String, Shape> tensors) {
    Map<String, Map<String, Shape>> behind = new HashMap<>();
    tensors.forEach((name, shape) -> {
      for (int length : prefixLengths(name)) {
        behind
            .computeIfAbsent(name.substring(0, length), _ -> new HashMap<>())
            .put(name.substring(length), shape);
      }
    });
    return behind;
  }

  private static Set<Integer> prefixLengths(String name) {
    String[] components = name.split("\\.", -1);
    Set<Integer> lengths = new HashSet<>();
    int length = 0;
    for (int i = 0; i + LEAST_COMPONENTS <= components.length; i++) {
      if (components[i].chars().allMatch(Character::isDigit)) {
        break;
      }
      lengths.add(length);
      length += components[i].length() + 1;
    }
    return lengths;
  }

  private static String lastComponent(String prefix) {
    return prefix.isEmpty()
        ? ""
        : prefix.substring(prefix.lastIndexOf('.', prefix.length() - 2) + 1);
  }
}
