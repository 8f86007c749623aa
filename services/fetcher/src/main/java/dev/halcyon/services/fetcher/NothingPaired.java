package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.Plan.SkippedTensor;
import dev.halcyon.contracts.job.SkipReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Says why no tensor of two models is compared: what their names look like, and which two come
/// closest.
final class NothingPaired {
  private static final int EXAMPLES = 2;

  /// Names of a model that are looked at; more would tell nothing new.
  private static final int MOST_NAMES = 500;

  private final List<ModelTensors> models;
  private final List<SkippedTensor> skipped;

  NothingPaired(List<ModelTensors> models, List<SkippedTensor> skipped) {
    this.models = models;
    this.skipped = skipped;
  }

  String message() {
    String sources =
        models.stream().map(model -> model.model().source()).collect(Collectors.joining(", "));
    return "nothing to compare between %s: no tensor is in two of them with the same shape and a supported dtype; %s"
        .formatted(sources, reason());
  }

  private String reason() {
    List<SkippedTensor> shared =
        skipped.stream().filter(skip -> skip.reason() != SkipReason.MISSING).toList();
    if (!shared.isEmpty()) {
      return "for example %s: %s".formatted(shared.getFirst().tensor(), shared.getFirst().detail());
    }
    return skipped.isEmpty() ? "there are no tensors" : "no prefix makes names alike: " + names();
  }

  private String names() {
    List<String> lines = new ArrayList<>();
    for (ModelTensors model : models) {
      lines.add(
          model.name()
              + " has "
              + model.tensors().keySet().stream()
                  .sorted()
                  .limit(EXAMPLES)
                  .map(name -> named(model, name))
                  .collect(Collectors.joining(", ")));
    }
    return String.join("; ", lines) + "; closest are " + closest();
  }

  private static String named(ModelTensors model, String name) {
    return name + " (" + model.tensors().get(name).shape() + ")";
  }

  /// The two names with most components in common from their ends, of those two of equal shapes.
  private String closest() {
    ModelTensors base = models.getFirst();
    ModelTensors other = models.get(1);
    TreeMap<Integer, String> best = new TreeMap<>();
    for (String one : sample(base)) {
      for (String two : sample(other)) {
        int likeness = 2 * commonComponents(one, two);
        boolean sameShape =
            base.tensors().get(one).shape().equals(other.tensors().get(two).shape());
        best.putIfAbsent(
            likeness + (sameShape ? 1 : 0), named(base, one) + " and " + named(other, two));
      }
    }
    return best.lastEntry().getValue();
  }

  private static List<String> sample(ModelTensors model) {
    return model.tensors().keySet().stream().sorted().limit(MOST_NAMES).toList();
  }

  private static int commonComponents(String one, String two) {
    List<String> first = Arrays.asList(one.split("\\.", -1)).reversed();
    List<String> second = Arrays.asList(two.split("\\.", -1)).reversed();
    int common = 0;
    while (common < Math.min(first.size(), second.size())
        && first.get(common).equals(second.get(common))) {
      common++;
    }
    return common;
  }
}
