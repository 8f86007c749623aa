package dev.halcyon.tensors.adapters;

import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.Printable;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// How a base calls the modules of an adapter: by the same name, or all those that it does not know
/// so with another prefix, as where the adapter was trained on `model.layers.0` and the base's file
/// says `layers.0` or `language_model.model.layers.0`.
final class ModuleNames {
  static final String WEIGHT = ".weight";

  /// A number in a prefix would lead from one layer to another.
  private static final Pattern NUMBERED = Pattern.compile("(.*\\.)?\\d+\\..*");

  private final String source;
  private final NavigableSet<String> base;
  private final Prefixes prefixes;

  /// A beginning that is taken off a module's name, and the one that is put in its place.
  private record Prefixes(String off, String on) {
    static final Prefixes NONE = new Prefixes("", "");

    Optional<String> apply(String name) {
      return name.startsWith(off)
          ? Optional.of(on + name.substring(off.length()))
          : Optional.empty();
    }
  }

  /// @param source names the adapter in errors
  /// @param modules of the adapter that its base must have
  /// @param base names of the base's tensors
  /// @throws InvalidCheckpointException where the base has not all modules
  ModuleNames(String source, Collection<String> modules, Set<String> base) {
    this.source = source;
    this.base = new TreeSet<>(base);
    List<String> unknown =
        modules.stream().filter(module -> !base.contains(module + WEIGHT)).toList();
    this.prefixes = unknown.isEmpty() ? Prefixes.NONE : find(unknown);
  }

  /// Those that keep most of the modules' names.
  private Prefixes find(List<String> modules) {
    String first = modules.getFirst();
    for (int start = 0; start <= first.length(); start = afterNextDot(first, start)) {
      List<Prefixes> found =
          candidates(first, start).stream()
              .filter(candidate -> modules.stream().allMatch(module -> leads(candidate, module)))
              .toList();
      if (found.size() > 1) {
        throw ambiguous(first, found);
      }
      if (found.size() == 1) {
        return found.getFirst();
      }
    }
    throw missing(modules);
  }

  private static int afterNextDot(String name, int start) {
    int dot = name.indexOf('.', start);
    return dot < 0 ? name.length() + 1 : dot + 1;
  }

  /// The prefixes that lead from the module to a tensor of the base that is called the same from
  /// `start` on.
  private List<Prefixes> candidates(String module, int start) {
    String off = module.substring(0, start);
    String rest = module.substring(start) + WEIGHT;
    return base.stream()
        .filter(name -> name.equals(rest) || name.endsWith("." + rest))
        .map(name -> new Prefixes(off, name.substring(0, name.length() - rest.length())))
        .filter(found -> !NUMBERED.matcher(found.off()).matches())
        .filter(found -> !NUMBERED.matcher(found.on()).matches())
        .toList();
  }

  private boolean leads(Prefixes candidate, String module) {
    return candidate.apply(module).map(name -> name + WEIGHT).filter(base::contains).isPresent();
  }

  private InvalidCheckpointException ambiguous(String module, List<Prefixes> found) {
    return new InvalidCheckpointException(
        source,
        "does not say which part of the base it changes: module %s may be %s or %s"
            .formatted(
                Printable.of(module),
                Printable.of(found.get(0).apply(module).orElseThrow()),
                Printable.of(found.get(1).apply(module).orElseThrow())));
  }

  private InvalidCheckpointException missing(List<String> modules) {
    List<String> weights = base.stream().filter(name -> name.endsWith(WEIGHT)).toList();
    return new InvalidCheckpointException(
        source,
        "does not fit the base, which has no module %s; %s"
            .formatted(
                Printable.of(modules.getFirst()),
                weights.isEmpty()
                    ? "its tensors are no modules' weights"
                    : "it has tensors like " + Printable.of(weights.get(weights.size() / 2))));
  }

  /// The name of a parameter in the base, or the name as it is where the base has none such.
  String parameter(String name) {
    return base.contains(name) ? name : prefixes.apply(name).filter(base::contains).orElse(name);
  }
}
