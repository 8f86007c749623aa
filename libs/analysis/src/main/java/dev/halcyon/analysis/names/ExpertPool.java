package dev.halcyon.analysis.names;

import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The component name of experts in tables. All experts of a mixture share one row per component,
/// such as `mlp.experts.*.up_proj`, which keeps the tables short.
public final class ExpertPool {
  /// More experts than this share a place.
  public static final int MOST_EXPERTS = 16;

  private static final Pattern EXPERT = Pattern.compile("(?<=(?:^|\\.)experts\\.)\\d+(?=\\.)");

  private final boolean pooled;

  /// @param components of all tensors
  public ExpertPool(Collection<String> components) {
    this.pooled =
        components.stream().flatMap(ExpertPool::expert).distinct().limit(MOST_EXPERTS + 1).count()
            > MOST_EXPERTS;
  }

  private static Stream<String> expert(String component) {
    return EXPERT.matcher(component).results().map(result -> result.group());
  }

  /// Whether a place may hold several tensors.
  public boolean arePooled() {
    return pooled;
  }

  /// The place of a component.
  public String place(String component) {
    Matcher expert = EXPERT.matcher(component);
    return pooled ? expert.replaceAll("*") : component;
  }
}
